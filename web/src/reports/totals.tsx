// The figures of a level: units, and where appointments stand.
import type { Bookings } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";

export function Totals({ total }: { total: Bookings["total"] }) {
    const { t, f } = useApp();
    const standing = [
        { name: t("status.CONFIRMED"), value: total.confirmed },
        { name: t("status.HELD"), value: total.held },
        { name: t("status.COMPLETED"), value: total.completed },
        { name: t("status.NO_SHOW"), value: total.no_show },
        { name: t("status.CANCELLED"), value: total.cancelled },
        { name: t("reports.moved"), value: total.moved },
        { name: t("status.EXPIRED"), value: total.expired },
    ];
    return (
        <>
            <dl class="totals">
                <Total name={t("reports.booked")} value={f.number(total.booked)} />
                {total.capacity !== null && <Total name={t("reports.capacity")} value={f.number(total.capacity)} />}
                {total.utilisation !== null && <Total name={t("reports.used")} value={f.percent(total.utilisation)} />}
                {total.no_show_rate !== null && <Total name={t("reports.noShowRate")} value={f.percent(total.no_show_rate)} />}
                <Total name={t("reports.sessions")} value={f.number(total.sessions)} />
            </dl>
            <dl class="standing" aria-label={t("reports.standing")}>
                {standing.map(({ name, value }) => (
                    <div key={name}>
                        <dt>{name}</dt> <dd>{f.number(value)}</dd>
                    </div>
                ))}
            </dl>
        </>
    );
}

function Total({ name, value }: { name: string; value: string }) {
    return (
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    );
}
