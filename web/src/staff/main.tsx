// For those who run centers: the desk, sessions, centers and files.
import { useState } from "preact/hooks";
import { start, useApp, useLogin } from "../ui/app.tsx";
import { Choice, Field } from "../ui/controls.tsx";
import { LoginForm } from "../ui/login.tsx";
import { Heading, useRoute } from "../ui/route.tsx";
import { Centers } from "./centers.tsx";
import { Desk } from "./desk.tsx";
import { Import } from "./import.tsx";
import { Sessions } from "./sessions.tsx";

const TABS = ["desk", "sessions", "centers", "import"] as const;

function Staff() {
    const { t } = useApp();
    const login = useLogin();
    const { parts } = useRoute();
    const centers = login.claims?.centers ?? [];
    const [chosen, choose] = useState("");
    const center = Number(chosen) || centers[0] || null;
    const tab = TABS.find((known) => known === parts[0]) ?? "desk";
    if (!login.present) {
        return (
            <>
                <Heading name={t("staff")} />
                <p>{t("staff.lead")}</p>
                <LoginForm tokens />
            </>
        );
    }
    return (
        <>
            <nav class="tabs" aria-label={t("staff")}>
                <ul>
                    {TABS.map((known) => (
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
                            options={centers.map((id) => ({ value: String(id), text: String(id) }))}
                            onPick={choose}
                        />
                    ) : (
                        <Field label={t("staff.center")} inputMode="numeric" value={chosen || (centers[0] ?? "")} onText={(text) => choose(text.replace(/\D/g, ""))} />
                    )}
                </div>
            )}
            {tab === "desk" && (center === null ? <p>{t("staff.noCenter")}</p> : <Desk key={center} center={center} />)}
            {tab === "sessions" && (center === null ? <p>{t("staff.noCenter")}</p> : <Sessions key={center} center={center} />)}
            {tab === "centers" && <Centers />}
            {tab === "import" && <Import />}
        </>
    );
}

void start("staff", ["common", "problems", "search", "staff"], Staff);
