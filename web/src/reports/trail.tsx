// What staff did at a center, or to states and districts.
import { useState } from "preact/hooks";
import type { StaffAction, StaffActions } from "../../.generated/api.ts";
import type { Key } from "../lib/i18n.ts";
import { useApp } from "../ui/app.tsx";
import { Field, Submit, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { go, Heading } from "../ui/route.tsx";

export function Trail({ center }: { center: string }) {
    const { api, t } = useApp();
    const [number, setNumber] = useState(center);
    const [entries, setEntries] = useState<readonly StaffAction[] | null>(null);
    const [cursor, setCursor] = useState<string | null>(null);
    const doing = useDoing();
    const load = (from: string | null) =>
        doing.run(async () => {
            const query = new URLSearchParams(number === "" ? {} : { center_id: number });
            if (from !== null) query.set("cursor", from);
            const { body } = await api.read<StaffActions>(`/v1/admin/audit?${query.toString()}`);
            setEntries(from === null ? body.entries : [...(entries ?? []), ...body.entries]);
            setCursor(body.next_cursor);
        });
    return (
        <>
            <Heading name={t("trail")} />
            <p>{t("trail.lead")}</p>
            <form
                class="panel"
                aria-label={t("trail")}
                onSubmit={(event) => {
                    event.preventDefault();
                    go(number === "" ? "/trail" : `/trail?center=${number}`);
                    void load(null);
                }}
            >
                <Field label={t("trail.center")} inputMode="numeric" value={number} onText={(text) => setNumber(text.replace(/\D/g, ""))} />
                <Problem refusal={doing.refusal} />
                <Submit busy={doing.busy}>
                    {t("trail.show")}
                </Submit>
            </form>
            <p role="status">{entries && t("trail.count", { count: entries.length })}</p>
            {entries && entries.length > 0 && <Entries entries={entries} />}
            {cursor !== null && (
                <button type="button" onClick={() => void load(cursor)}>
                    {t("reports.next")}
                </button>
            )}
        </>
    );
}

function Entries({ entries }: { entries: readonly StaffAction[] }) {
    const { t, f } = useApp();
    return (
        <ul class="entries">
            {entries.map((entry) => (
                <li key={`${entry.at} ${entry.action} ${entry.district_id ?? entry.state_id} ${entry.session_id} ${entry.appointment_id}`} class="card">
                    <p>
                        <b>{t(`deed.${entry.action}` as Key)}</b> <span class="dim">{f.instant(entry.at)}</span>
                    </p>
                    <p class="dim">{t("trail.by", { who: entry.by })}</p>
                    <dl class="facts">
                        {Object.keys({ ...entry.before, ...entry.after }).map((fact) => (
                            <FactChange key={fact} fact={fact} before={entry.before[fact]} after={entry.after[fact]} />
                        ))}
                    </dl>
                </li>
            ))}
        </ul>
    );
}

function FactChange({ fact, before, after }: { fact: string; before: string | undefined; after: string | undefined }) {
    return (
        <>
            <dt>{fact}</dt>
            <dd>
                {before !== undefined && <del>{before}</del>} {after !== undefined && <ins>{after}</ins>}
            </dd>
        </>
    );
}
