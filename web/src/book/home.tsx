import { useState } from "preact/hooks";
import type { Appointment, Beneficiary } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { Told } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { Heading } from "../ui/route.tsx";
import { AppointmentCard } from "./appointment.tsx";
import { useAppointments, useFamily } from "./data.ts";
import { Family } from "./family.tsx";

export function Home() {
    const { t } = useApp();
    const family = useFamily();
    const appointments = useAppointments();
    const [told, tell] = useState("");
    const all = appointments.data ?? [];
    const active = all.filter(({ status }) => status === "CONFIRMED" || status === "HELD");
    const ended = all.filter((appointment) => !active.includes(appointment));
    const changed = (news: string) => {
        tell(news);
        appointments.again();
        family.again();
    };
    return (
        <>
            <Heading name={t("book.home")} />
            <Told>{told}</Told>
            <p class="row">
                <a class="button main" href="#/find">
                    {t("book.find")}
                </a>
                <a class="button" href="#/alerts">
                    {t("book.alerts")}
                </a>
                <a class="button" href="#/messages">
                    {t("book.messages")}
                </a>
                <a class="button" href="#/account">
                    {t("book.account")}
                </a>
            </p>
            <Problem refusal={appointments.refusal ?? family.refusal} again={() => changed("")} />
            <section aria-labelledby="appointments">
                <h2 id="appointments">{t("book.appointments")}</h2>
                {!appointments.data && !appointments.refusal && <p role="status">{t("loading")}</p>}
                {appointments.data && active.length === 0 && <p>{t("book.noAppointments")}</p>}
                <Cards appointments={active} family={family.data ?? []} onChanged={changed} />
            </section>
            <section aria-labelledby="family">
                <h2 id="family">{t("book.family")}</h2>
                {family.data && <Family people={family.data} onChanged={changed} />}
            </section>
            {ended.length > 0 && (
                <details>
                    <summary>{t("book.ended", { count: ended.length })}</summary>
                    <Cards appointments={ended} family={family.data ?? []} onChanged={changed} />
                </details>
            )}
        </>
    );
}

interface CardsProps {
    appointments: readonly Appointment[];
    family: readonly Beneficiary[];
    onChanged: (news: string) => void;
}

function Cards({ appointments, family, onChanged }: CardsProps) {
    return (
        <ul class="cards">
            {appointments.map((appointment) => (
                <li key={appointment.appointment_id}>
                    <AppointmentCard
                        appointment={appointment}
                        person={family.find(({ beneficiary_id }) => beneficiary_id === appointment.beneficiary_id) ?? null}
                        onChanged={onChanged}
                    />
                </li>
            ))}
        </ul>
    );
}
