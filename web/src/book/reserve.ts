// Booking so that nobody is booked twice: what is sent is remembered until its answer is known.
import type { Appointments, Ticket } from "../../.generated/api.ts";
import type { Api } from "../lib/api.ts";
import { type Pending, remember } from "../lib/intents.ts";
import { outcomeOf, Refusal } from "../lib/problem.ts";

export type Reserved = { ticket: string } | { made: Appointments["appointments"] };

/** How many are on their way: nobody else sends them again meanwhile. */
let sending = 0;

export function isSending(): boolean {
    return sending > 0;
}

export async function reserve(api: Api, pending: Pending): Promise<Reserved> {
    remember(sessionStorage, pending);
    sending++;
    try {
        const answer = await api.write<Appointments | Ticket>({ method: "POST", path: pending.path, json: pending.body });
        if ("ticket" in answer.body) {
            remember(sessionStorage, { ...pending, ticket: answer.body.ticket });
            return { ticket: answer.body.ticket };
        }
        remember(sessionStorage, null);
        return { made: answer.body.appointments };
    } catch (error) {
        if (error instanceof Refusal && outcomeOf(error) !== "unknown") remember(sessionStorage, null);
        throw error;
    } finally {
        sending--;
    }
}
