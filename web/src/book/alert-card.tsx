import { useId, useState } from "preact/hooks";
import type { Subscription } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { Ask, Field, Submit, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { useDistrict } from "./data.ts";

interface CardProps {
    alert: Subscription;
    onChanged: (news: string) => void;
}

export function AlertCard({ alert, onChanged }: CardProps) {
    const { api, t, f } = useApp();
    const [asking, ask] = useState(false);
    const doing = useDoing();
    const id = useId();
    const { filter, status, protocol } = alert;
    const place = usePlace(alert);
    const pending = status === "PENDING";
    const end = () =>
        doing.run(async () => {
            await api.write<undefined>({ method: "DELETE", path: `/v1/subscriptions/${alert.subscription_id}` });
            ask(false);
            onChanged(t("alerts.ended"));
        });
    return (
        <article class="card" aria-labelledby={id}>
            <h3 id={id}>{place}</h3>
            <p class="tags">
                <span class={status === "CONFIRMED" ? "tag good" : pending ? "tag soon" : "tag"}>{t(`alert.${status}`)}</span>
            </p>
            {pending && <p>{t("alerts.pending")}</p>}
            {status === "GONE" && <p>{t("alerts.gone")}</p>}
            <dl class="facts">
                <dt>{t(`alerts.to.${protocol}`)}</dt>
                <dd>{alert.endpoint}</dd>
                <dt>{t("vaccine")}</dt>
                <dd>{filter.vaccine ?? t("any")}</dd>
                <dt>{t("dose")}</dt>
                <dd>{filter.dose ? t(`dose.${filter.dose}`) : t("any")}</dd>
                <dt>{t("age")}</dt>
                <dd>{typeof filter.age === "number" ? f.number(filter.age) : t("any")}</dd>
                <dt>{t("alerts.since")}</dt>
                <dd>{f.instant(alert.made_at)}</dd>
            </dl>
            {pending && protocol !== "email" && <TokenForm alert={alert} place={place} onChanged={onChanged} />}
            <div class="row">
                <button type="button" class="danger" aria-label={`${t("alerts.end")}: ${place}, ${alert.endpoint}`} onClick={() => ask(true)}>
                    {t("alerts.end")}
                </button>
            </div>
            {asking && (
                <Ask
                    question={t("alerts.endAsk", { place })}
                    detail={t(pending ? "alerts.endPending" : "alerts.endDetail")}
                    yes={t("alerts.end")}
                    busy={doing.busy}
                    onYes={() => void end()}
                    onNo={() => ask(false)}
                >
                    <Problem refusal={doing.refusal} />
                </Ask>
            )}
        </article>
    );
}

/** Where it is of, in words. */
function usePlace({ filter }: Subscription): string {
    const { t } = useApp();
    const district = useDistrict(filter.district_id ?? null);
    const parts = [
        ...(filter.district_id ? [district ?? `${t("district")} ${filter.district_id}`] : []),
        ...(filter.pincode ? [`${t("pincode")} ${filter.pincode}`] : []),
    ];
    return parts.join(", ") || t("alerts.everywhere");
}

/** Programs are sent a token; who looks after one may bring it here. */
function TokenForm({ alert, place, onChanged }: CardProps & { place: string }) {
    const { api, t } = useApp();
    const [token, setToken] = useState("");
    const doing = useDoing();
    const path = `/v1/subscriptions/${alert.subscription_id}/confirm`;
    const confirm = () =>
        doing.run(async () => {
            await api.write<Subscription>({ method: "POST", path, json: { token: token.trim() } });
            onChanged(t("alerts.confirmed"));
        });
    return (
        <details>
            <summary>{t("alerts.token")}</summary>
            <form
                aria-label={`${t("alerts.token")}: ${place}`}
                onSubmit={(event) => {
                    event.preventDefault();
                    if (token.trim() !== "") void confirm();
                }}
            >
                <Field label={t("alerts.token")} autocomplete="off" maxLength={2000} required value={token} onText={setToken} />
                <Problem refusal={doing.refusal} />
                <Submit busy={doing.busy} disabled={token.trim() === ""}>
                    {t("book.confirm")}
                </Submit>
            </form>
        </details>
    );
}
