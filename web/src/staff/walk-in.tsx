// Somebody who comes without an appointment gets a place from the same pools.
import { useState } from "preact/hooks";
import type { Appointment, Dose, Session, Sessions } from "../../.generated/api.ts";
import { dayIn, INDIA, slotText } from "../lib/format.ts";
import type { Key } from "../lib/i18n.ts";
import { ages } from "../search/results.tsx";
import { useApp } from "../ui/app.tsx";
import { Choice, Field, Submit, Told, useDoing } from "../ui/controls.tsx";
import { useOnce } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";

export function WalkIn({ center }: { center: number }) {
    const { api, t } = useApp();
    const today = dayIn(INDIA, new Date());
    const path = `/v1/sessions?center_id=${center}&date=${today}`;
    const sessions = useOnce(path, async () => (await api.look<Sessions>(path)).body.sessions);
    const open = sessions.data?.filter(({ status }) => status === "OPEN") ?? [];
    const [told, tell] = useState("");
    return (
        <section class="panel" aria-labelledby="walk-in">
            <h2 id="walk-in">{t("walkIn")}</h2>
            <Problem refusal={sessions.refusal} again={sessions.again} />
            <Told>{told}</Told>
            {sessions.data && open.length === 0 && <p>{t("walkIn.none")}</p>}
            {open.length > 0 && (
                <WalkInForm
                    sessions={open}
                    onMade={(made) => {
                        tell(t("walkIn.made", { reference: made.reference, time: slotText(made.slot) }));
                        sessions.again();
                    }}
                />
            )}
        </section>
    );
}

function WalkInForm({ sessions, onMade }: { sessions: readonly Session[]; onMade: (made: Appointment) => void }) {
    const { api, t, f } = useApp();
    const [chosen, choose] = useState("");
    const [slot, setSlot] = useState("");
    const [dose, setDose] = useState("1");
    const [name, setName] = useState("");
    const [birth, setBirth] = useState("");
    const doing = useDoing();
    const session = sessions.find(({ session_id }) => session_id === chosen) ?? sessions[0];
    if (!session) return null;
    const time = session.slots.some((known) => known.slot === slot) ? slot : (session.slots[0]?.slot ?? "");
    const left = (of: string) => session.slots.find((known) => known.slot === of)?.capacity.find((units) => units.dose === Number(dose))?.available ?? 0;
    const fits = name.trim() !== "" && /^\d{4}(-\d{2}-\d{2})?$/.test(birth);
    const take = () =>
        doing.run(async () => {
            const json = { slot: time, dose: Number(dose) as Dose, name: name.trim(), birth };
            const made = await api.write<Appointment>({ method: "POST", path: `/v1/admin/sessions/${session.session_id}/walk-ins`, json });
            setName("");
            setBirth("");
            onMade(made.body);
        });
    return (
        <form
            onSubmit={(event) => {
                event.preventDefault();
                if (fits) void take();
            }}
        >
            <div class="fields">
                <Choice
                    label={t("walkIn.session")}
                    value={session.session_id}
                    options={sessions.map((known) => ({ value: known.session_id, text: `${known.vaccine}, ${ages(known, t)}` }))}
                    onPick={choose}
                />
                <Choice
                    label={t("time")}
                    value={time}
                    options={session.slots.map((known) => ({
                        value: known.slot,
                        text: `${slotText(known.slot)} · ${t("places", { count: f.number(left(known.slot)) })}`,
                    }))}
                    onPick={setSlot}
                />
                <Choice
                    label={t("dose")}
                    value={dose}
                    options={session.available.map((units) => ({ value: String(units.dose), text: t(`dose.${units.dose}` as Key) }))}
                    onPick={setDose}
                />
                <Field label={t("walkIn.name")} autocomplete="off" maxLength={100} required value={name} onText={setName} />
                <Field label={t("desk.born")} hint={t("walkIn.birthHint")} autocomplete="off" maxLength={10} required value={birth} onText={setBirth} />
            </div>
            <Problem refusal={doing.refusal} />
            <Submit busy={doing.busy} disabled={!fits}>
                {t("walkIn.do")}
            </Submit>
        </form>
    );
}
