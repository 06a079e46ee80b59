// The lowest level: the appointments of a session. It names nobody.
import { useState } from "preact/hooks";
import type { SessionAppointments as Page } from "../../.generated/api.ts";
import { slotText } from "../lib/format.ts";
import type { Key } from "../lib/i18n.ts";
import { useApp } from "../ui/app.tsx";
import { FIGURES, tagged, useLive } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";

export function SessionAppointments({ id }: { id: string }) {
    const { api, t, f } = useApp();
    const [cursors, setCursors] = useState<readonly string[]>([]);
    const cursor = cursors.at(-1);
    const path = `/v1/reports/sessions/${encodeURIComponent(id)}/appointments${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`;
    const live = useLive<Page>(path, async () => tagged(await api.read<Page>(path)), FIGURES);
    const page = live.data;
    return (
        <>
            <Problem refusal={live.refusal} again={live.again} />
            <p role="status">{page ? `${page.session.vaccine}, ${f.day(page.session.date)}, ${page.session.center.name}` : t("loading")}</p>
            {page && page.appointments.length === 0 && <p>{t("reports.noAppointments")}</p>}
            {page && page.appointments.length > 0 && (
                <div class="scroll" role="region" aria-label={t("reports.appointments")} tabIndex={0}>
                    <table>
                        <caption>{t("reports.appointments")}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{t("time")}</th>
                                <th scope="col">{t("reports.reference")}</th>
                                <th scope="col">{t("dose")}</th>
                                <th scope="col">{t("reports.status")}</th>
                                <th scope="col">{t("reports.madeAt")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {page.appointments.map((appointment) => (
                                <tr key={appointment.appointment_id}>
                                    <td>{slotText(appointment.slot)}</td>
                                    <th scope="row">{appointment.reference}</th>
                                    <td>{t(`dose.${appointment.dose}` as Key)}</td>
                                    <td>{t(`status.${appointment.status}` as Key)}</td>
                                    <td>{f.instant(appointment.made_at)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            <div class="row">
                {cursors.length > 0 && (
                    <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>
                        {t("reports.before")}
                    </button>
                )}
                {page?.next_cursor && (
                    <button type="button" onClick={() => setCursors([...cursors, page.next_cursor ?? ""])}>
                        {t("reports.next")}
                    </button>
                )}
            </div>
        </>
    );
}
