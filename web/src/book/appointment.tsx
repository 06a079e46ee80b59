import { useState } from "preact/hooks";
import type { Appointment, Appointments, Beneficiary } from "../../.generated/api.ts";
import { slotText } from "../lib/format.ts";
import { useApp } from "../ui/app.tsx";
import { Ask, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { useCenter } from "./data.ts";

interface CardProps {
    appointment: Appointment;
    person: Beneficiary | null;
    onChanged: (news: string) => void;
}

export function AppointmentCard({ appointment, person, onChanged }: CardProps) {
    const { t, f, api } = useApp();
    const [asking, ask] = useState(false);
    const doing = useDoing();
    const { beneficiary_id, appointment_id, status } = appointment;
    const active = status === "CONFIRMED" || status === "HELD";
    const id = `appointment-${appointment_id}`;
    const change = (path: "confirm" | "cancel", news: string) =>
        doing.run(async () => {
            const json = { appointments: [{ beneficiary_id, appointment_id }] };
            await api.write<Appointments>({ method: "POST", path: `/v1/appointments/${path}`, json });
            ask(false);
            onChanged(news);
        });
    return (
        <article class="card" aria-labelledby={id}>
            <h3 id={id}>{person?.name ?? t("book.somebody")}</h3>
            <p class="tags">
                <span class={status === "CONFIRMED" || status === "COMPLETED" ? "tag good" : status === "HELD" ? "tag soon" : "tag"}>{t(`status.${status}`)}</span>
                {status === "HELD" && appointment.hold_until && (
                    <span class="tag soon">{t("book.heldUntil", { at: f.instant(appointment.hold_until) })}</span>
                )}
            </p>
            <AppointmentFacts appointment={appointment} />
            <Problem refusal={doing.refusal} />
            {active && (
                <div class="row">
                    {status === "HELD" && (
                        <button type="button" class="main" onClick={() => void change("confirm", t("book.confirmed"))}>
                            {doing.busy ? t("working") : t("book.confirm")}
                        </button>
                    )}
                    {status === "CONFIRMED" && (
                        <a class="button" href={`#/slip/${beneficiary_id}/${appointment_id}`}>
                            {t("book.slip")}
                        </a>
                    )}
                    <a class="button" href={`#/move/${beneficiary_id}/${appointment_id}`}>
                        {t("book.move")}
                    </a>
                    <button type="button" class="danger" onClick={() => ask(true)}>
                        {t("book.cancel")}
                    </button>
                </div>
            )}
            {asking && (
                <Ask
                    question={t("book.cancelAsk")}
                    detail={t("book.cancelDetail")}
                    yes={t("book.cancel")}
                    busy={doing.busy}
                    onYes={() => void change("cancel", t("book.cancelled"))}
                    onNo={() => ask(false)}
                >
                    <Problem refusal={doing.refusal} />
                </Ask>
            )}
        </article>
    );
}

/** When, where, and what for. */
export function AppointmentFacts({ appointment }: { appointment: Appointment }) {
    const { t, f } = useApp();
    const center = useCenter(appointment.center_id);
    return (
        <dl class="facts">
            <dt>{t("day")}</dt>
            <dd>{f.day(appointment.date)}</dd>
            <dt>{t("time")}</dt>
            <dd>{slotText(appointment.slot)}</dd>
            <dt>{t("center")}</dt>
            <dd>{center ? `${center.name}, ${center.address}, ${center.pincode}` : "…"}</dd>
            <dt>{t("vaccine")}</dt>
            <dd>
                {appointment.vaccine}, {t(`dose.${appointment.dose}`)}
            </dd>
            <dt>{t("book.reference")}</dt>
            <dd>
                <b>{appointment.reference}</b>
            </dd>
        </dl>
    );
}
