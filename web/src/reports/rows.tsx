import type { Bookings } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { addressOf, into, type Place } from "./place.ts";

/** Each row leads to what it is the sum of. */
export function Rows({ place, rows, total }: { place: Place; rows: Bookings["rows"]; total: Bookings["total"] }) {
    const { t, f } = useApp();
    // By day of booking there are none.
    const units = total.capacity !== null;
    if (rows.length === 0) return <p>{t("reports.nothing")}</p>;
    return (
        <div class="scroll" role="region" aria-label={t("reports.table")} tabIndex={0}>
            <table>
                <caption>{t("reports.table")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t("reports.name")}</th>
                        <th scope="col" class="number">
                            {t("reports.booked")}
                        </th>
                        {units && (
                            <>
                                <th scope="col" class="number">
                                    {t("reports.capacity")}
                                </th>
                                <th scope="col">{t("reports.used")}</th>
                            </>
                        )}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => {
                        const down = into(place, row.kind, String(row.id));
                        return (
                            <tr key={row.id}>
                                <th scope="row">{down ? <a href={addressOf(down)}>{row.name}</a> : row.name}</th>
                                <td class="number">{f.number(row.booked)}</td>
                                {units && <Units capacity={row.capacity} utilisation={row.utilisation} />}
                            </tr>
                        );
                    })}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{t("reports.total")}</th>
                        <td class="number">{f.number(total.booked)}</td>
                        {units && <Units capacity={total.capacity} utilisation={total.utilisation} />}
                    </tr>
                </tfoot>
            </table>
        </div>
    );
}

/** The number says the same as the bar. */
function Units({ capacity, utilisation }: { capacity: number | null; utilisation: number | null }) {
    const { f } = useApp();
    return (
        <>
            <td class="number">{f.number(capacity ?? 0)}</td>
            <td>
                <svg class="plot meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="rest" width="100" height="8" />
                    <rect class="bar" width={100 * Math.min(1, utilisation ?? 0)} height="8" />
                </svg>{" "}
                {utilisation === null ? "–" : f.percent(utilisation)}
            </td>
        </>
    );
}
