// Moving an appointment: the old place is kept until there is a new one.
import { useState } from "preact/hooks";
import type { Appointment, Appointments, Session } from "../../.generated/api.ts";
import { empty, type Filters } from "../lib/filters.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import { SearchPanel } from "../search/panel.tsx";
import { useApp } from "../ui/app.tsx";
import { Submit, useDoing } from "../ui/controls.tsx";
import { AVAILABILITY, tagged, useLive, useOnce } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { go, Heading } from "../ui/route.tsx";
import { AppointmentFacts } from "./appointment.tsx";
import { SessionFacts, SlotPicks } from "./session.tsx";

export function Move({ beneficiary, appointment, session }: { beneficiary: string; appointment: string; session: string | undefined }) {
    const { api, t } = useApp();
    const path = `/v1/appointments/${encodeURIComponent(beneficiary)}/${encodeURIComponent(appointment)}`;
    const old = useOnce(path, async () => (await api.read<Appointment>(path)).body);
    return (
        <>
            <Heading name={t("move")} />
            <p>{t("move.lead")}</p>
            <Problem refusal={old.refusal} again={old.again} />
            {old.data && (
                <section class="panel" aria-label={t("move.now")}>
                    <AppointmentFacts appointment={old.data} />
                </section>
            )}
            {old.data && (session === undefined ? <Choose old={old.data} /> : <There old={old.data} id={session} />)}
        </>
    );
}

function Choose({ old }: { old: Appointment }) {
    const { t } = useApp();
    const [filters, set] = useState<Filters>(() => {
        const today = dayIn(INDIA, new Date());
        // The first dose may be of any vaccine; those after it are of the same.
        const vaccine = old.dose > 1 ? old.vaccine : null;
        const date = old.date > today ? old.date : today;
        return { ...empty(date), state: old.state_id, district: old.district_id, dose: old.dose, vaccine, available: true };
    });
    return (
        <SearchPanel
            settled
            filters={filters}
            onFilters={set}
            action={(session) => (
                <a class="button" href={`#/move/${old.beneficiary_id}/${old.appointment_id}/${session.session_id}`}>
                    {t("search.book")}
                    <span class="unseen"> {session.center.name}</span>
                </a>
            )}
        />
    );
}

function There({ old, id }: { old: Appointment; id: string }) {
    const { api, t } = useApp();
    const live = useLive<Session>(id, async () => tagged(await api.look<Session>(`/v1/sessions/${encodeURIComponent(id)}`)), AVAILABILITY);
    const [slot, setSlot] = useState("");
    const doing = useDoing();
    const move = () =>
        doing.run(async () => {
            const appointments = [{ beneficiary_id: old.beneficiary_id, appointment_id: old.appointment_id }];
            await api.write<Appointments>({ method: "POST", path: "/v1/appointments/reschedule", json: { appointments, session_id: id, slot } });
            go("/");
        });
    return (
        <>
            <Problem refusal={live.refusal} again={live.again} />
            {live.data && <SessionFacts session={live.data} />}
            {live.data && (
                <form
                    class="panel"
                    aria-label={t("move")}
                    onSubmit={(event) => {
                        event.preventDefault();
                        if (slot !== "") void move();
                    }}
                >
                    <SlotPicks session={live.data} dose={old.dose} least={1} value={slot} onPick={setSlot} />
                    <Problem refusal={doing.refusal} />
                    <div class="row">
                        <Submit busy={doing.busy} disabled={slot === ""}>
                            {t("move.do")}
                        </Submit>
                        <a class="button" href="#/">
                            {t("move.keep")}
                        </a>
                    </div>
                </form>
            )}
        </>
    );
}
