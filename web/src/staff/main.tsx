// For those who run centers: the desk, sessions, centers and files.
import { useRef, useState } from "preact/hooks";
import type { Bookings } from "../../.generated/api.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import type { Claims } from "../lib/login.ts";
import { ownCenters } from "../lib/own-centers.ts";
import { start, useApp, useLogin } from "../ui/app.tsx";
import { Choice, Field } from "../ui/controls.tsx";
import { useOnce } from "../ui/data.ts";
import { LoginForm } from "../ui/login.tsx";
import { Problem } from "../ui/problem.tsx";
import { Heading, useRoute } from "../ui/route.tsx";
import { Centers } from "./centers.tsx";
import { Desk } from "./desk.tsx";
import { Import } from "./import.tsx";
import { Mine } from "./mine.tsx";
import { Sessions } from "./sessions.tsx";

const TABS = ["mine", "desk", "sessions", "centers", "import"] as const;

function Staff() {
    const { t } = useApp();
    const login = useLogin();
    const claims = useRef<Claims | null>(null);
    // While a token is renewed there is none, but who is here does not change.
    claims.current = login.present ? (login.claims ?? claims.current) : null;
    const renewed = useOnce(login.present && !claims.current ? "claims" : null, () => login.token());
    if (!login.present) {
        return (
            <>
                <Heading name={t("staff")} />
                <p>{t("staff.lead")}</p>
                <LoginForm tokens />
            </>
        );
    }
    if (!claims.current) {
        return (
            <>
                <Heading name={t("staff")} />
                <p role="status">{renewed.refusal ? "" : t("loading")}</p>
                <Problem refusal={renewed.refusal} again={renewed.again} />
            </>
        );
    }
    return <Places claims={claims.current} />;
}

/** The center that was typed or picked last, or that somebody was led to after that. */
function useChosen(led: string | undefined): [string, (id: string) => void] {
    const [, draw] = useState({});
    const last = useRef({ id: "", led: undefined as string | undefined });
    if (led !== last.current.led) last.current = { id: led ?? last.current.id, led };
    const choose = (id: string) => {
        last.current = { id, led };
        draw({});
    };
    return [last.current.id, choose];
}

function Places({ claims }: { claims: Claims }) {
    const { api, t } = useApp();
    const { parts } = useRoute();
    const own = ownCenters(claims, dayIn(INDIA, new Date()));
    const report = useOnce(own?.path ?? null, async () => (await api.read<Bookings>(own?.path ?? "")).body);
    const rows = report.data?.rows ?? null;
    const { centers } = claims;
    const [chosen, choose] = useChosen(parts[1]);
    const center = Number(chosen) || centers[0] || null;
    const tabs = TABS.filter((known) => own || known !== "mine");
    const tab = tabs.find((known) => known === parts[0]) ?? tabs[0] ?? "desk";
    const nameOf = (id: number) => rows?.find((row) => row.id === id)?.name;
    return (
        <>
            <nav class="tabs" aria-label={t("staff")}>
                <ul>
                    {tabs.map((known) => (
                        <li key={known}>
                            <a href={`#/${known}`} aria-current={known === tab ? "page" : undefined}>
                                {t(`staff.${known}`)}
                            </a>
                        </li>
                    ))}
                </ul>
            </nav>
            <Heading key={tab} name={t(`staff.${tab}`)} />
            {(tab === "desk" || tab === "sessions") && (
                <div class="fields">
                    {centers.length > 1 ? (
                        <Choice
                            label={t("staff.center")}
                            value={String(center ?? "")}
                            options={centers.map((id) => ({ value: String(id), text: [id, nameOf(id)].filter(Boolean).join(" ") }))}
                            onPick={choose}
                        />
                    ) : (
                        <Field label={t("staff.center")} inputMode="numeric" value={chosen || (centers[0] ?? "")} onText={(text) => choose(text.replace(/\D/g, ""))} />
                    )}
                </div>
            )}
            {tab === "mine" && own && <Mine own={own} rows={rows} problem={{ refusal: report.refusal, again: report.again }} />}
            {tab === "desk" && (center === null ? <p>{t("staff.noCenter")}</p> : <Desk key={center} center={center} />)}
            {tab === "sessions" && (center === null ? <p>{t("staff.noCenter")}</p> : <Sessions key={center} center={center} />)}
            {tab === "centers" && <Centers />}
            {tab === "import" && <Import />}
        </>
    );
}

void start("staff", ["common", "problems", "search", "staff"], Staff);
