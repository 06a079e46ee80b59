// One session: choose a time, a dose and people, and book or hold.
import { useState } from "preact/hooks";
import type { Beneficiary, Dose, Session } from "../../.generated/api.ts";
import { slotText } from "../lib/format.ts";
import type { Key } from "../lib/i18n.ts";
import { ages, Opens } from "../search/results.tsx";
import { useApp, useLogin } from "../ui/app.tsx";
import { Check, Picks, Submit, useDoing } from "../ui/controls.tsx";
import { AVAILABILITY, tagged, useLive } from "../ui/data.ts";
import { LoginForm } from "../ui/login.tsx";
import { Problem } from "../ui/problem.tsx";
import { go, Heading } from "../ui/route.tsx";
import { useFamily } from "./data.ts";
import { PersonForm } from "./family.tsx";
import { reserve } from "./reserve.ts";

export function SessionPage({ id }: { id: string }) {
    const { api, t } = useApp();
    const login = useLogin();
    const live = useLive<Session>(id, async () => tagged(await api.look<Session>(`/v1/sessions/${encodeURIComponent(id)}`)), AVAILABILITY);
    return (
        <>
            <Heading name={t("book.session")} />
            <p>
                <a href="#/find">{t("book.otherSession")}</a>
            </p>
            <Problem refusal={live.refusal} again={live.again} />
            {!live.data && !live.refusal && <p role="status">{t("loading")}</p>}
            {live.data && <SessionFacts session={live.data} />}
            {live.data && (login.present ? <Reservation session={live.data} /> : <LoginForm />)}
        </>
    );
}

export function SessionFacts({ session }: { session: Session }) {
    const { t, f } = useApp();
    const { center } = session;
    return (
        <section class="panel" aria-labelledby="session-center">
            <h2 id="session-center">{center.name}</h2>
            <dl class="facts">
                <dt>{t("book.address")}</dt>
                <dd>
                    {center.address}, {center.district_name}, {center.pincode}
                </dd>
                <dt>{t("day")}</dt>
                <dd>{f.day(session.date)}</dd>
                <dt>{t("vaccine")}</dt>
                <dd>
                    {session.vaccine}, {ages(session, t)}
                </dd>
                <dt>{t("fee")}</dt>
                <dd>{session.fee > 0 ? f.rupees(session.fee) : t("fee.Free")}</dd>
            </dl>
            {session.status !== "OPEN" && <p class="tag bad">{t(`session.${session.status}` as Key)}</p>}
            <Opens session={session} />
        </section>
    );
}

/** The times of a session for a dose, with what is left. */
export function SlotPicks({ session, dose, least, value, onPick }: { session: Session; dose: Dose; least: number; value: string; onPick: (slot: string) => void }) {
    const { t, f } = useApp();
    return (
        <Picks
            legend={t("time")}
            name="slot"
            value={value}
            options={session.slots.map(({ slot, capacity }) => {
                const left = capacity.find((units) => units.dose === dose)?.available ?? 0;
                const text = (
                    <>
                        <b>{slotText(slot)}</b> {left > 0 ? t("places", { count: f.number(left) }) : t("full")}
                    </>
                );
                return { value: slot, text, disabled: left < least };
            })}
            onPick={onPick}
        />
    );
}

function Reservation({ session }: { session: Session }) {
    const { api, t } = useApp();
    const family = useFamily();
    const doses = session.available.map((units) => units.dose);
    const [dose, setDose] = useState<Dose>(doses[0] ?? 1);
    const [slot, setSlot] = useState("");
    const [people, setPeople] = useState<readonly string[]>([]);
    const doing = useDoing();
    const ready = slot !== "" && people.length > 0 && session.status === "OPEN";

    function send(path: "/v1/appointments" | "/v1/holds"): void {
        if (!ready) return;
        void doing.run(async () => {
            const body = { session_id: session.session_id, slot, dose, beneficiaries: [...people] };
            const reserved = await reserve(api, { path, body });
            go("ticket" in reserved ? `/ticket/${reserved.ticket}` : "/");
        });
    }

    if (family.data?.length === 0) {
        return (
            <section aria-labelledby="who">
                <h2 id="who">{t("book.firstPerson")}</h2>
                <PersonForm onDone={() => family.again()} />
            </section>
        );
    }
    return (
        <form
            class="panel"
            aria-label={t("book.session")}
            onSubmit={(event) => {
                event.preventDefault();
                send("/v1/appointments");
            }}
        >
            <Problem refusal={family.refusal} again={family.again} />
            {doses.length > 1 && (
                <Picks
                    legend={t("dose")}
                    name="dose"
                    value={String(dose)}
                    options={doses.map((offered) => ({ value: String(offered), text: t(`dose.${offered}` as Key) }))}
                    onPick={(picked) => setDose(Number(picked) as Dose)}
                />
            )}
            <SlotPicks session={session} dose={dose} least={Math.max(1, people.length)} value={slot} onPick={setSlot} />
            <fieldset>
                <legend>{t("book.who")}</legend>
                {family.data?.map((person) => (
                    <Check
                        key={person.beneficiary_id}
                        label={person.active ? `${person.name} (${t("book.hasOne")})` : person.name}
                        disabled={isBooked(person)}
                        checked={people.includes(person.beneficiary_id)}
                        onCheck={(on) =>
                            setPeople(on ? [...people, person.beneficiary_id] : people.filter((other) => other !== person.beneficiary_id))
                        }
                    />
                ))}
            </fieldset>
            <Problem refusal={doing.refusal} />
            <div class="row">
                <Submit busy={doing.busy} disabled={!ready}>
                    {t("book.book")}
                </Submit>
                <button type="button" disabled={!ready} onClick={() => send("/v1/holds")}>
                    {t("book.hold")}
                </button>
            </div>
            <p class="hint">{t("book.holdHint")}</p>
        </form>
    );
}

function isBooked(person: Beneficiary): boolean {
    return person.active !== null && person.active.status === "CONFIRMED";
}
