// Sessions grouped by center, with counts that change by themselves.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Dose, Session } from "../../.generated/api.ts";
import { byCenter, type CenterSessions } from "../lib/filters.ts";
import { slotText } from "../lib/format.ts";
import type { Key } from "../lib/i18n.ts";
import { useApp } from "../ui/app.tsx";

/** What can be done with a session, such as to go on to its times. */
export type Action = (session: Session) => ComponentChildren;

export function Results({ sessions, dose, action }: { sessions: readonly Session[]; dose: Dose | null; action: Action }) {
    return (
        <ul class="centers">
            {byCenter(sessions, dose).map((group) => (
                <li key={group.center.center_id}>
                    <CenterCard group={group} dose={dose} action={action} />
                </li>
            ))}
        </ul>
    );
}

function CenterCard({ group, dose, action }: { group: CenterSessions; dose: Dose | null; action: Action }) {
    const { t, f } = useApp();
    const { center } = group;
    const id = `center-${center.center_id}`;
    return (
        <article class={group.places > 0 ? "card" : "card full"} aria-labelledby={id}>
            <h3 id={id}>{center.name}</h3>
            <p class="dim">
                {center.address}, {center.pincode}
            </p>
            <p class="tags">
                <span class="tag">{t(`fee.${center.fee_type}`)}</span>
                <span class="tag">{t("search.hours", { from: center.opens, to: center.closes })}</span>
                <span class={group.places > 0 ? "tag good" : "tag"}>
                    {group.places > 0 ? t("places", { count: f.number(group.places) }) : t("full")}
                </span>
            </p>
            {group.sessions.map((session) => (
                <SessionPart key={session.session_id} session={session} dose={dose} action={action} />
            ))}
        </article>
    );
}

function SessionPart({ session, dose, action }: { session: Session; dose: Dose | null; action: Action }) {
    const { t, f } = useApp();
    const open = session.status === "OPEN";
    return (
        <div class="session" role="group" aria-label={`${session.vaccine}, ${ages(session, t)}`}>
            <p class="session-head">
                <b>{session.vaccine}</b> <span>{ages(session, t)}</span>
                {session.fee > 0 && <span>{f.rupees(session.fee)}</span>}
            </p>
            {open ? <Opens session={session} /> : <p class="tag bad">{t(`session.${session.status}` as Key)}</p>}
            <ul class="doses">
                {session.available
                    .filter((units) => dose === null || units.dose === dose)
                    .map((units) => (
                        <li key={units.dose}>
                            <span>{t(`dose.${units.dose}` as Key)}</span> <Count value={open ? units.available : 0} />
                        </li>
                    ))}
            </ul>
            <details>
                <summary>{t("search.times", { count: session.slots.length })}</summary>
                <Slots session={session} />
            </details>
            {action(session)}
        </div>
    );
}

/** From when it can be booked, if that is still to come. */
export function Opens({ session }: { session: Session }) {
    const { t, f } = useApp();
    if (session.opens_at === null || new Date(session.opens_at) <= new Date()) return null;
    return <p class="tag soon">{t("session.opens", { at: f.instant(session.opens_at, session.center.time_zone) })}</p>;
}

export function Slots({ session }: { session: Session }) {
    const { t } = useApp();
    const doses = session.available.map((units) => units.dose);
    return (
        <table>
            <caption class="unseen">{t("search.slots")}</caption>
            <thead>
                <tr>
                    <th scope="col">{t("time")}</th>
                    {doses.map((dose) => (
                        <th key={dose} scope="col">
                            {t(`dose.${dose}` as Key)}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {session.slots.map((slot) => (
                    <tr key={slot.slot}>
                        <th scope="row">{slotText(slot.slot)}</th>
                        {doses.map((dose) => (
                            <td key={dose}>
                                <Count value={slot.capacity.find((units) => units.dose === dose)?.available ?? 0} />
                            </td>
                        ))}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

/** A number that shows when it has changed. Not read out by itself: a page of them would never be quiet. */
export function Count({ value }: { value: number }) {
    const { f } = useApp();
    const first = useRef(value);
    const look = value === 0 ? "count none" : "count";
    return (
        <b key={value} class={value === first.current ? look : `${look} flash`}>
            {f.number(value)}
        </b>
    );
}

export function ages(session: Pick<Session, "min_age" | "max_age">, t: ReturnType<typeof useApp>["t"]): string {
    return session.max_age === null
        ? t("ages.from", { min: session.min_age })
        : t("ages.between", { min: session.min_age, max: session.max_age });
}
