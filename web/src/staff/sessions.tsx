// The sessions of a center: a week of them, and what staff may change.
import { useState } from "preact/hooks";
import type { Session, Sessions as Page } from "../../.generated/api.ts";
import { addDays, dayIn, INDIA } from "../lib/format.ts";
import { useApp } from "../ui/app.tsx";
import { Field } from "../ui/controls.tsx";
import { AVAILABILITY, tagged, useLive } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { Publish } from "./publish.tsx";
import { SessionEditor } from "./session-editor.tsx";

const DAYS = 7;

export function Sessions({ center }: { center: number }) {
    const { api, t } = useApp();
    const today = dayIn(INDIA, new Date());
    const [from, setFrom] = useState(today);
    const [published, add] = useState<readonly Session[]>([]);
    const path = `/v1/sessions?center_id=${center}&from=${from}&to=${addDays(from, DAYS - 1)}&limit=200`;
    const live = useLive<Page>(path, async () => tagged(await api.look<Page>(path)), AVAILABILITY);
    const listed = live.data?.sessions ?? [];
    // What was just published may not be in the list yet.
    const fresh = published.filter(({ session_id }) => !listed.some((known) => known.session_id === session_id));
    return (
        <>
            <div class="fields">
                <Field label={t("sessions.from")} type="date" min={today} value={from} onText={(day) => day >= today && setFrom(day)} />
            </div>
            <Problem refusal={live.refusal} again={live.again} />
            <p role="status">{live.data ? t("sessions.count", { count: listed.length + fresh.length }) : t("loading")}</p>
            <ul class="cards">
                {[...fresh, ...listed].map((session) => (
                    <li key={session.session_id}>
                        <SessionEditor session={session} />
                    </li>
                ))}
            </ul>
            <Publish
                center={center}
                onPublished={(session) => {
                    add([...published, session]);
                    live.again();
                }}
            />
        </>
    );
}
