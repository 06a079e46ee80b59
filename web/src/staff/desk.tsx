// Check-in by the reference that somebody brings, and places for those who come without one.
import { useState } from "preact/hooks";
import type { Appointment, DeskAppointment } from "../../.generated/api.ts";
import { dayIn, INDIA, slotText } from "../lib/format.ts";
import type { Key } from "../lib/i18n.ts";
import { useApp } from "../ui/app.tsx";
import { Field, Submit, Told, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { canScan, Scan } from "./scan.tsx";
import { WalkIn } from "./walk-in.tsx";

export function Desk({ center }: { center: number }) {
    const { api, t } = useApp();
    const [reference, setReference] = useState("");
    const [date, setDate] = useState(() => dayIn(INDIA, new Date()));
    const [found, setFound] = useState<DeskAppointment | null>(null);
    const [scanning, scan] = useState(false);
    const [told, tell] = useState("");
    const doing = useDoing();
    const path = (word: string) => `/v1/admin/centers/${center}/appointments/${encodeURIComponent(word.trim())}`;

    function find(word: string): void {
        setReference(word);
        setFound(null);
        tell("");
        void doing.run(async () => setFound((await api.read<DeskAppointment>(`${path(word)}?date=${date}`)).body));
    }

    return (
        <>
            <form
                class="panel"
                aria-label={t("desk.find")}
                onSubmit={(event) => {
                    event.preventDefault();
                    if (reference.trim() !== "") find(reference);
                }}
            >
                <div class="fields">
                    <Field
                        label={t("desk.reference")}
                        hint={t("desk.referenceHint")}
                        autocomplete="off"
                        autocapitalize="characters"
                        required
                        value={reference}
                        onText={setReference}
                    />
                    <Field label={t("day")} type="date" required value={date} onText={setDate} />
                </div>
                <div class="row">
                    <Submit busy={doing.busy} disabled={reference.trim() === ""}>
                        {t("desk.find")}
                    </Submit>
                    {canScan() && (
                        <button type="button" aria-expanded={scanning} onClick={() => scan(!scanning)}>
                            {t("desk.scan")}
                        </button>
                    )}
                </div>
                {scanning && (
                    <Scan
                        onText={(text) => {
                            scan(false);
                            find(text);
                        }}
                    />
                )}
                <Problem refusal={doing.refusal} />
            </form>
            <Told>{told}</Told>
            {found && (
                <Arrival
                    key={found.reference}
                    found={found}
                    path={path(found.reference)}
                    onEnded={(ended) => {
                        setFound({ ...found, status: ended.status });
                        tell(t("desk.ended", { name: found.person.name, status: t(`status.${ended.status}`) }));
                    }}
                />
            )}
            <WalkIn center={center} />
        </>
    );
}

function Arrival({ found, path, onEnded }: { found: DeskAppointment; path: string; onEnded: (ended: Appointment) => void }) {
    const { api, t, f } = useApp();
    const doing = useDoing();
    const { person } = found;
    const active = found.status === "CONFIRMED" || found.status === "HELD";
    const end = (how: "complete" | "no-show") =>
        doing.run(async () => onEnded((await api.write<Appointment>({ method: "POST", path: `${path}/${how}?date=${found.date}` })).body));
    return (
        <section class="panel" aria-labelledby="arrival">
            <h2 id="arrival">{person.name}</h2>
            <p class="tags">
                <span class={active ? "tag good" : "tag"}>{t(`status.${found.status}`)}</span>
            </p>
            <dl class="facts">
                <dt>{t("desk.born")}</dt>
                <dd>{f.birth(person.birth)}</dd>
                {person.photo_id && (
                    <>
                        <dt>{t("desk.photoId")}</dt>
                        <dd>
                            {person.photo_id.kind.replaceAll("_", " ")} …{person.photo_id.last_four}
                        </dd>
                    </>
                )}
                <dt>{t("time")}</dt>
                <dd>
                    {f.day(found.date)}, {slotText(found.slot)}
                </dd>
                <dt>{t("vaccine")}</dt>
                <dd>
                    <b>
                        {found.vaccine}, {t(`dose.${found.dose}` as Key)}
                    </b>
                </dd>
                <dt>{t("desk.before")}</dt>
                <dd>
                    {f.number(person.doses_taken)}
                    {person.last_dose && ` (${person.last_dose.vaccine}, ${f.day(person.last_dose.date)})`}
                </dd>
            </dl>
            <Problem refusal={doing.refusal} />
            {active && (
                <div class="row">
                    <button type="button" class="main" onClick={() => void end("complete")}>
                        {doing.busy ? t("working") : t("desk.complete")}
                    </button>
                    <button type="button" onClick={() => void end("no-show")}>
                        {t("desk.noShow")}
                    </button>
                </div>
            )}
        </section>
    );
}
