// Being told when a dose can be had: what one is told of, where each stands, and its end.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Subscription, Subscriptions } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { Told } from "../ui/controls.tsx";
import { useOnce } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { Heading } from "../ui/route.tsx";
import { AlertCard } from "./alert-card.tsx";
import { AlertForm } from "./alert-form.tsx";

export function Alerts() {
    const { api, t, f } = useApp();
    const list = useOnce("subscriptions", async () => (await api.read<Subscriptions>("/v1/subscriptions")).body.subscriptions);
    const [news, tell] = useState("");
    const [unfolded, unfold] = useState(false);
    const heading = useRef<HTMLHeadingElement>(null);
    const leads = useRef(false);
    // What had the focus may be gone with the card that it was in.
    useEffect(() => {
        if (leads.current && list.data) heading.current?.focus();
        leads.current = false;
    }, [list.data]);
    useReturn(list.again);
    const all = [...(list.data ?? [])].sort((one, other) => other.made_at.localeCompare(one.made_at));
    const waiting = all.filter(({ status }) => status === "PENDING").length;
    const changed = (told: string) => {
        tell(told);
        leads.current = true;
        list.again();
    };
    const made = ({ status, endpoint }: Subscription) =>
        changed(status === "PENDING" ? t("alerts.made", { address: endpoint }) : t("alerts.madeNow"));
    return (
        <>
            <Heading name={t("book.alerts")} />
            <p>
                <a href="#/">{t("back")}</a>
            </p>
            <p>{t("alerts.lead")}</p>
            <section aria-labelledby="alerts">
                <h2 id="alerts" ref={heading} tabIndex={-1}>
                    {t("alerts.yours")}
                </h2>
                <Told>{news}</Told>
                <Problem refusal={list.refusal} again={list.again} />
                <p role="status">
                    {!list.data && !list.refusal && t("loading")}
                    {list.data && (all.length === 0 ? t("alerts.none") : t("alerts.count", { count: f.number(all.length), waiting: f.number(waiting) }))}
                </p>
                <ul class="cards">
                    {all.map((alert) => (
                        <li key={alert.subscription_id}>
                            <AlertCard alert={alert} onChanged={changed} />
                        </li>
                    ))}
                </ul>
            </section>
            <section class="panel" aria-labelledby="new-alert">
                <h2 id="new-alert">{t("alerts.new")}</h2>
                <AlertForm name={t("alerts.new")} protocols={["email"]} onMade={made} />
                <details onToggle={(event) => unfold(event.currentTarget.open)}>
                    <summary>{t("alerts.developers")}</summary>
                    {unfolded && (
                        <>
                            <p>{t("alerts.developersLead")}</p>
                            <AlertForm name={t("alerts.developers")} protocols={["https", "sqs"]} onMade={made} />
                        </>
                    )}
                </details>
            </section>
        </>
    );
}

/** Whoever was away, to open the link that came by e-mail, say, sees what has become of it. */
function useReturn(run: () => void): void {
    const latest = useRef(run);
    latest.current = run;
    useEffect(() => {
        const look = () => document.hidden || latest.current();
        document.addEventListener("visibilitychange", look);
        return () => document.removeEventListener("visibilitychange", look);
    }, []);
}
