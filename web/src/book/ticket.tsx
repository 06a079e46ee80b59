// A reservation that waits in the queue of an opening: how many are before it, as the API tells, and what became of it.
import { useEffect, useState } from "preact/hooks";
import type { Ticket } from "../../.generated/api.ts";
import { remember } from "../lib/intents.ts";
import { Refusal } from "../lib/problem.ts";
import { useApp } from "../ui/app.tsx";
import { Problem } from "../ui/problem.tsx";
import { Heading } from "../ui/route.tsx";
import { AppointmentFacts } from "./appointment.tsx";

/** After how many seconds to look again where the answer does not say, or did not come. */
const LOOK = 2;
const LOOK_AFTER_FAILURE = 5;

export function TicketPage({ word }: { word: string }) {
    const { api, t } = useApp();
    const [ticket, set] = useState<Ticket | null>(null);
    const [refusal, refuse] = useState<Refusal | null>(null);
    useEffect(() => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let over = false;
        async function look(): Promise<void> {
            let wait: number | null = null;
            try {
                const answer = await api.read<Ticket>(`/v1/tickets/${encodeURIComponent(word)}`);
                if (over) return;
                set(answer.body);
                refuse(null);
                if (answer.body.status === "PENDING") wait = answer.retryAfter ?? LOOK;
                else remember(sessionStorage, null);
            } catch (error) {
                if (!(error instanceof Refusal)) throw error;
                refuse(error);
                if (error.slug === "no-such-ticket") remember(sessionStorage, null);
                else wait = Math.max(error.retryAfter ?? 0, LOOK_AFTER_FAILURE);
            }
            if (wait !== null && !over) timer = setTimeout(() => void look(), wait * 1000);
        }
        void look();
        return () => {
            over = true;
            clearTimeout(timer);
        };
    }, [api, word]);
    return (
        <>
            <Heading name={t("ticket")} />
            <Problem refusal={refusal} />
            <div role="status">{ticket ? <Progress ticket={ticket} /> : <p>{t("loading")}</p>}</div>
            {ticket?.appointments.map((appointment) => (
                <div class="panel" key={appointment.appointment_id}>
                    <AppointmentFacts appointment={appointment} />
                </div>
            ))}
            {ticket?.problem && <Problem refusal={Refusal.read(ticket.problem.status, ticket.problem, null)} />}
            <p class="row">
                <a class="button" href="#/">
                    {t("book.home")}
                </a>
                {ticket?.status === "REFUSED" && (
                    <a class="button main" href="#/find">
                        {t("book.find")}
                    </a>
                )}
            </p>
        </>
    );
}

function Progress({ ticket }: { ticket: Ticket }) {
    const { t, f } = useApp();
    switch (ticket.status) {
        case "PENDING":
            return (
                <div class="notice soon">
                    <p>{t("ticket.pending")}</p>
                    {ticket.ahead !== null && <p>{t("ticket.ahead", { count: f.number(ticket.ahead) })}</p>}
                    <p>{t("ticket.leave")}</p>
                </div>
            );
        case "CONFIRMED":
            return <p class="notice good">{t("ticket.CONFIRMED")}</p>;
        case "HELD":
            return <p class="notice good">{t("ticket.HELD")}</p>;
        default:
            return <p class="notice bad">{t(`ticket.${ticket.status}`)}</p>;
    }
}
