import { useEffect, useState } from "preact/hooks";
import type { Dose, Queue, Session } from "../../.generated/api.ts";
import { slotText } from "../lib/format.ts";
import type { Key } from "../lib/i18n.ts";
import { instantIn, localIn } from "../lib/zone.ts";
import { ages, Opens, Slots } from "../search/results.tsx";
import { useApp } from "../ui/app.tsx";
import { Ask, Choice, Field, Submit, Told, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";

export function SessionEditor({ session: listed }: { session: Session }) {
    const { api, t, f } = useApp();
    // What the last change was answered with, until the list knows it.
    const [changed, setChanged] = useState<Session | null>(null);
    useEffect(() => setChanged(null), [listed]);
    const session = changed ?? listed;
    const [asking, ask] = useState(false);
    const [told, tell] = useState("");
    const doing = useDoing();
    const path = `/v1/admin/sessions/${session.session_id}`;
    const id = `session-${session.session_id}`;
    const keep = (answer: Session) => {
        setChanged(answer);
        tell(t("sessions.changed"));
    };
    const switchTo = (what: "close" | "reopen" | "cancel") =>
        doing.run(async () => {
            keep((await api.write<Session>({ method: "POST", path: `${path}/${what}` })).body);
            ask(false);
        });
    return (
        <article class="card" aria-labelledby={id}>
            <h2 id={id}>
                {f.day(session.date)}, {session.vaccine}
            </h2>
            <p>{ages(session, t)}</p>
            <p class="tags">
                <span class={session.status === "OPEN" ? "tag good" : "tag bad"}>{t(`sessions.${session.status}` as Key)}</span>
                <span class="tag">{t(`queue.${session.queue}` as Key)}</span>
                <Opens session={session} />
            </p>
            <Slots session={session} />
            <Told>{told}</Told>
            {!asking && <Problem refusal={doing.refusal} />}
            {session.status !== "CANCELLED" && (
                <>
                    <div class="row">
                        <button type="button" onClick={() => void switchTo(session.status === "OPEN" ? "close" : "reopen")}>
                            {doing.busy ? t("working") : t(session.status === "OPEN" ? "sessions.close" : "sessions.reopen")}
                        </button>
                        <button type="button" class="danger" onClick={() => ask(true)}>
                            {t("sessions.cancel")}
                        </button>
                    </div>
                    <details>
                        <summary>{t("sessions.capacity")}</summary>
                        <CapacityForm session={session} path={path} onChanged={keep} />
                    </details>
                    <details>
                        <summary>{t("sessions.opening")}</summary>
                        <OpeningForm session={session} path={path} onChanged={keep} />
                    </details>
                </>
            )}
            {asking && (
                <Ask
                    question={t("sessions.cancelAsk")}
                    detail={t("sessions.cancelDetail")}
                    yes={t("sessions.cancel")}
                    busy={doing.busy}
                    onYes={() => void switchTo("cancel")}
                    onNo={() => ask(false)}
                >
                    <Problem refusal={doing.refusal} />
                </Ask>
            )}
        </article>
    );
}

interface ChangeProps {
    session: Session;
    path: string;
    onChanged: (session: Session) => void;
}

function CapacityForm({ session, path, onChanged }: ChangeProps) {
    const { api, t } = useApp();
    const [slot, setSlot] = useState(session.slots[0]?.slot ?? "");
    const [dose, setDose] = useState(String(session.available[0]?.dose ?? 1));
    const [capacity, setCapacity] = useState("");
    const doing = useDoing();
    const now = session.slots.find((known) => known.slot === slot)?.capacity.find((units) => units.dose === Number(dose))?.capacity ?? 0;
    const fits = /^\d{1,5}$/.test(capacity) && Number(capacity) >= 1;
    const set = () =>
        doing.run(async () => {
            const json = { slot, dose: Number(dose) as Dose, capacity: Number(capacity) };
            onChanged((await api.write<Session>({ method: "PUT", path: `${path}/capacity`, json })).body);
        });
    return (
        <form
            onSubmit={(event) => {
                event.preventDefault();
                if (fits) void set();
            }}
        >
            <Choice label={t("time")} value={slot} options={session.slots.map((known) => ({ value: known.slot, text: slotText(known.slot) }))} onPick={setSlot} />
            <Choice
                label={t("dose")}
                value={dose}
                options={session.available.map((units) => ({ value: String(units.dose), text: t(`dose.${units.dose}` as Key) }))}
                onPick={setDose}
            />
            <Field
                label={t("sessions.capacity")}
                hint={t("sessions.capacityHint", { now })}
                type="number"
                inputMode="numeric"
                min={1}
                max={10_000}
                required
                value={capacity}
                onText={setCapacity}
            />
            <Problem refusal={doing.refusal} />
            <Submit busy={doing.busy} disabled={!fits}>
                {t("save")}
            </Submit>
        </form>
    );
}

function OpeningForm({ session, path, onChanged }: ChangeProps) {
    const { api, t } = useApp();
    const zone = session.center.time_zone;
    const [opens, setOpens] = useState(session.opens_at ? localIn(zone, session.opens_at) : "");
    const [queue, setQueue] = useState<Queue>(session.queue);
    const doing = useDoing();
    const set = () =>
        doing.run(async () => {
            const json = { opens_at: opens === "" ? null : instantIn(zone, opens), queue };
            onChanged((await api.write<Session>({ method: "PUT", path: `${path}/opening`, json })).body);
        });
    return (
        <form
            onSubmit={(event) => {
                event.preventDefault();
                void set();
            }}
        >
            <Field label={t("sessions.opensAt")} hint={t("sessions.opensAtHint")} type="datetime-local" value={opens} onText={setOpens} />
            <Choice
                label={t("queue")}
                value={queue}
                options={(["AUTO", "ON", "OFF"] as const).map((known) => ({ value: known, text: t(`queue.${known}`) }))}
                onPick={(value) => setQueue(value as Queue)}
            />
            <Problem refusal={doing.refusal} />
            <Submit busy={doing.busy}>{t("save")}</Submit>
        </form>
    );
}
