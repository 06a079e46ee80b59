// Publishing a session: from when to when there are shots, cut into slots.
import { useState } from "preact/hooks";
import type { Session, Vaccine } from "../../.generated/api.ts";
import { DOSES, VACCINES } from "../lib/filters.ts";
import { addDays, dayIn, INDIA } from "../lib/format.ts";
import type { Key } from "../lib/i18n.ts";
import { windows } from "../lib/windows.ts";
import { instantIn } from "../lib/zone.ts";
import { useApp } from "../ui/app.tsx";
import { Choice, Field, Submit, Told, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";

interface Draft {
    date: string;
    vaccine: Vaccine;
    min: string;
    max: string;
    fee: string;
    ranges: string;
    breaks: string;
    minutes: string;
    units: Record<"1" | "2" | "3", string>;
    opens: string;
}

export function Publish({ center, onPublished }: { center: number; onPublished: (session: Session) => void }) {
    const { api, t, f } = useApp();
    const today = dayIn(INDIA, new Date());
    const [draft, setDraft] = useState<Draft>({
        date: addDays(today, 1), vaccine: "COVISHIELD", min: "18", max: "", fee: "0", ranges: "09:00-17:00", breaks: "13:00-14:00", minutes: "120",
        units: { 1: "25", 2: "", 3: "" }, opens: "",
    });
    const [told, tell] = useState("");
    const doing = useDoing();
    const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
    const ranges = windows(draft.ranges);
    const breaks = windows(draft.breaks);
    const units = Object.entries(draft.units).filter(([, count]) => Number(count) > 0);
    const fits = ranges !== null && ranges.length > 0 && breaks !== null && units.length > 0 && draft.min !== "";

    const publish = () =>
        doing.run(async () => {
            tell("");
            const json = {
                date: draft.date,
                vaccine: draft.vaccine,
                min_age: Number(draft.min),
                max_age: draft.max === "" ? null : Number(draft.max),
                fee: Number(draft.fee),
                opens_at: draft.opens === "" ? null : instantIn(INDIA, draft.opens),
                availability: { ranges, breaks, slot_minutes: Number(draft.minutes), capacity: Object.fromEntries(units.map(([dose, count]) => [dose, Number(count)])) },
            };
            const session = (await api.write<Session>({ method: "POST", path: `/v1/admin/centers/${center}/sessions`, json })).body;
            tell(t("publish.done", { day: f.day(session.date), count: session.slots.length }));
            onPublished(session);
        });

    return (
        <section class="panel" aria-labelledby="publish">
            <h2 id="publish">{t("publish")}</h2>
            <form
                onSubmit={(event) => {
                    event.preventDefault();
                    if (fits) void publish();
                }}
            >
                <div class="fields">
                    <Field label={t("day")} type="date" min={today} required value={draft.date} onText={(date) => set({ date })} />
                    <Choice
                        label={t("vaccine")}
                        value={draft.vaccine}
                        options={VACCINES.map((name) => ({ value: name, text: name }))}
                        onPick={(vaccine) => set({ vaccine: vaccine as Vaccine })}
                    />
                    <Field label={t("publish.min")} type="number" min={0} max={120} required value={draft.min} onText={(min) => set({ min })} />
                    <Field label={t("publish.max")} hint={t("publish.maxHint")} type="number" min={0} max={120} value={draft.max} onText={(max) => set({ max })} />
                    <Field label={t("publish.fee")} type="number" min={0} max={100_000} value={draft.fee} onText={(fee) => set({ fee })} />
                    <Field
                        label={t("publish.ranges")}
                        hint={t("publish.rangesHint")}
                        required
                        value={draft.ranges}
                        aria-invalid={ranges === null ? "true" : undefined}
                        onText={(text) => set({ ranges: text })}
                    />
                    <Field
                        label={t("publish.breaks")}
                        hint={t("publish.rangesHint")}
                        value={draft.breaks}
                        aria-invalid={breaks === null ? "true" : undefined}
                        onText={(text) => set({ breaks: text })}
                    />
                    <Field label={t("publish.minutes")} type="number" min={5} max={720} required value={draft.minutes} onText={(minutes) => set({ minutes })} />
                    {DOSES.map((dose) => (
                        <Field
                            key={dose}
                            label={`${t("publish.units")}: ${t(`dose.${dose}` as Key)}`}
                            type="number"
                            min={0}
                            max={10_000}
                            value={draft.units[dose]}
                            onText={(count) => set({ units: { ...draft.units, [dose]: count } })}
                        />
                    ))}
                    <Field label={t("sessions.opensAt")} hint={t("sessions.opensAtHint")} type="datetime-local" value={draft.opens} onText={(opens) => set({ opens })} />
                </div>
                <Problem refusal={doing.refusal} />
                <Told>{told}</Told>
                <Submit busy={doing.busy} disabled={!fits}>
                    {t("publish.do")}
                </Submit>
            </form>
        </section>
    );
}
