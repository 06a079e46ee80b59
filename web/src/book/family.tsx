// The people of an account: registering, correcting, removing.
import { useState } from "preact/hooks";
import type { Beneficiary, PhotoIdKind } from "../../.generated/api.ts";
import type { Key } from "../lib/i18n.ts";
import { useApp } from "../ui/app.tsx";
import { Ask, Choice, Field, Submit, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";

/** As the API has it. */
const MOST = 4;
const KINDS: readonly PhotoIdKind[] = [
    "AADHAAR", "DRIVING_LICENCE", "PAN", "PASSPORT", "PENSION_PASSBOOK", "NPR_SMART_CARD", "VOTER_ID", "DISABILITY_ID", "RATION_CARD",
];

interface FamilyProps {
    people: readonly Beneficiary[];
    onChanged: (news: string) => void;
}

export function Family({ people, onChanged }: FamilyProps) {
    const { t } = useApp();
    const [adding, add] = useState(false);
    return (
        <>
            <ul class="cards">
                {people.map((person) => (
                    <li key={person.beneficiary_id}>
                        <Person person={person} onChanged={onChanged} />
                    </li>
                ))}
            </ul>
            {people.length < MOST &&
                (adding || people.length === 0 ? (
                    <PersonForm
                        onDone={(news) => {
                            add(false);
                            onChanged(news);
                        }}
                        onLeave={people.length > 0 ? () => add(false) : undefined}
                    />
                ) : (
                    <p class="row">
                        <button type="button" onClick={() => add(true)}>
                            {t("family.add")}
                        </button>
                    </p>
                ))}
        </>
    );
}

function Person({ person, onChanged }: { person: Beneficiary; onChanged: (news: string) => void }) {
    const { t, f, api } = useApp();
    const [mode, set] = useState<"shown" | "corrected" | "removed">("shown");
    const doing = useDoing();
    const remove = () =>
        doing.run(async () => {
            await api.write<undefined>({ method: "DELETE", path: `/v1/beneficiaries/${person.beneficiary_id}` });
            onChanged(t("family.removed"));
        });
    if (mode === "corrected") {
        return (
            <PersonForm
                person={person}
                onDone={(news) => {
                    set("shown");
                    onChanged(news);
                }}
                onLeave={() => set("shown")}
            />
        );
    }
    return (
        <article class="card" aria-labelledby={`person-${person.beneficiary_id}`}>
            <h3 id={`person-${person.beneficiary_id}`}>{person.name}</h3>
            <dl class="facts">
                <dt>{t("family.birth")}</dt>
                <dd>{f.birth(person.birth)}</dd>
                <dt>{t("family.doses")}</dt>
                <dd>
                    {f.number(person.doses_taken)}
                    {person.last_dose && ` (${person.last_dose.vaccine}, ${f.day(person.last_dose.date)})`}
                </dd>
                {person.photo_id && (
                    <>
                        <dt>{t("family.photoId")}</dt>
                        <dd>
                            {t(`photo.${person.photo_id.kind}` as Key)} …{person.photo_id.last_four}
                        </dd>
                    </>
                )}
            </dl>
            <div class="row">
                <button type="button" onClick={() => set("corrected")} aria-label={`${t("family.correct")}: ${person.name}`}>
                    {t("family.correct")}
                </button>
                <button type="button" class="danger" onClick={() => set("removed")} aria-label={`${t("family.remove")}: ${person.name}`}>
                    {t("family.remove")}
                </button>
            </div>
            {mode === "removed" && (
                <Ask
                    question={t("family.removeAsk", { name: person.name })}
                    detail={t("family.removeDetail")}
                    yes={t("family.remove")}
                    busy={doing.busy}
                    onYes={() => void remove()}
                    onNo={() => set("shown")}
                >
                    <Problem refusal={doing.refusal} />
                </Ask>
            )}
        </article>
    );
}

interface PersonFormProps {
    person?: Beneficiary;
    onDone: (news: string) => void;
    onLeave?: (() => void) | undefined;
}

export function PersonForm({ person, onDone, onLeave }: PersonFormProps) {
    const { t, api } = useApp();
    const [name, setName] = useState(person?.name ?? "");
    const [birth, setBirth] = useState(person?.birth ?? "");
    const [kind, setKind] = useState("");
    const [number, setNumber] = useState("");
    const doing = useDoing();
    const fits = name.trim() !== "" && /^\d{4}(-\d{2}-\d{2})?$/.test(birth) && (kind === "") === (number === "");

    async function send(): Promise<void> {
        const photo = kind === "" ? {} : { photo_id: { kind, number } };
        if (!person) {
            await api.write<Beneficiary>({ method: "POST", path: "/v1/beneficiaries", json: { name: name.trim(), birth, ...photo } });
            onDone(t("family.added"));
            return;
        }
        const changed = { ...(name.trim() === person.name ? {} : { name: name.trim() }), ...(birth === person.birth ? {} : { birth }), ...photo };
        if (Object.keys(changed).length > 0) {
            await api.write<Beneficiary>({ method: "PATCH", path: `/v1/beneficiaries/${person.beneficiary_id}`, json: changed });
        }
        onDone(t("family.corrected"));
    }

    return (
        <form
            class="panel"
            aria-label={person ? `${t("family.correct")}: ${person.name}` : t("family.add")}
            onSubmit={(event) => {
                event.preventDefault();
                if (fits) void doing.run(send);
            }}
        >
            <Field label={t("family.name")} hint={t("family.nameHint")} autocomplete="off" maxLength={100} required value={name} onText={setName} />
            <Field label={t("family.birth")} hint={t("family.birthHint")} autocomplete="off" maxLength={10} required value={birth} onText={setBirth} />
            <Choice
                label={t("family.photoKind")}
                value={kind}
                none={t("family.noPhotoId")}
                options={KINDS.map((known) => ({ value: known, text: t(`photo.${known}` as Key) }))}
                onPick={setKind}
            />
            {kind !== "" && (
                <Field label={t("family.number")} hint={t("family.numberHint")} autocomplete="off" maxLength={32} required value={number} onText={setNumber} />
            )}
            <Problem refusal={doing.refusal} />
            <div class="row">
                <Submit busy={doing.busy} disabled={!fits}>
                    {person ? t("save") : t("family.add")}
                </Submit>
                {onLeave && (
                    <button type="button" onClick={onLeave}>
                        {t("back")}
                    </button>
                )}
            </div>
        </form>
    );
}
