// Bookings of the days around, as columns and as a table.
import type { Bookings } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { useOnce } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { addressOf, daysAround, type Place, reportPath } from "./place.ts";

type Total = Bookings["total"];

/** How many days are asked for at once. */
const AT_ONCE = 4;

export function Days({ place, today }: { place: Place; today: Total | null }) {
    const { api, t, f } = useApp();
    const days = daysAround(place.date);
    const found = useOnce(reportPath(place), async () => {
        const totals = new Map<string, Total>();
        const left = [...days];
        const worker = async () => {
            for (let day = left.shift(); day !== undefined; day = left.shift()) {
                totals.set(day, (await api.read<Bookings>(reportPath(place, day))).body.total);
            }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
        return totals;
    });
    const totals = days.map((day) => ({ day, total: (day === place.date ? today : null) ?? found.data?.get(day) ?? null }));
    if (found.refusal) return <Problem refusal={found.refusal} again={found.again} />;
    if (!found.data) return null;
    return (
        <figure class="panel">
            <figcaption>
                <b>{t("reports.days")}</b> <span class="key">{t("reports.booked")}</span> <span class="key rest">{t("reports.free")}</span>
            </figcaption>
            <Columns totals={totals} date={place.date} />
            <details>
                <summary>{t("reports.asTable")}</summary>
                <table>
                    <caption class="unseen">{t("reports.days")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t("day")}</th>
                            <th scope="col" class="number">
                                {t("reports.booked")}
                            </th>
                            <th scope="col" class="number">
                                {t("reports.capacity")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {totals.map(({ day, total }) => (
                            <tr key={day}>
                                <th scope="row">
                                    <a href={addressOf({ ...place, date: day })}>{f.day(day)}</a>
                                </th>
                                <td class="number">{f.number(total?.booked ?? 0)}</td>
                                <td class="number">{f.number(total?.capacity ?? 0)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </details>
        </figure>
    );
}

const WIDTH = 320;
const HEIGHT = 140;
const FOOT = 18;
const HEAD = 16;
/** Between columns. */
const GAP = 5;

function Columns({ totals, date }: { totals: readonly { day: string; total: Total | null }[]; date: string }) {
    const { t, f } = useApp();
    const most = Math.max(1, ...totals.map(({ total }) => total?.capacity ?? 0));
    const step = WIDTH / totals.length;
    const height = (value: number) => ((HEIGHT - HEAD - FOOT) * value) / most;
    return (
        <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("reports.daysLabel")}>
            {totals.map(({ day, total }, index) => {
                const [booked, capacity] = [total?.booked ?? 0, total?.capacity ?? 0];
                const x = index * step + GAP / 2;
                return (
                    <g key={day}>
                        <rect class="rest" x={x} y={HEIGHT - FOOT - height(capacity)} width={step - GAP} height={height(capacity)} />
                        <rect class="bar" x={x} y={HEIGHT - FOOT - height(booked)} width={step - GAP} height={height(booked)} />
                        <text x={(index + 0.5) * step} y={HEIGHT - 5} text-anchor="middle" font-weight={day === date ? "700" : undefined}>
                            {Number(day.slice(8))}
                        </text>
                    </g>
                );
            })}
            <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
            <text x="0" y="11">
                {f.number(most)}
            </text>
        </svg>
    );
}
