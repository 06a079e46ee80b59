// Bookings of the days around, as columns and as a table.
import type { TrendRow, Trends } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { FIGURES, tagged, useLive } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { addressOf, type Place, trendsPath } from "./place.ts";
import { UnitCells, UnitHeads } from "./units.tsx";

export function Days({ place }: { place: Place }) {
    const { api, t, f } = useApp();
    const path = trendsPath(place);
    const live = useLive<Trends>(path, async () => tagged(await api.read<Trends>(path)), FIGURES);
    if (!live.data) return <Problem refusal={live.refusal} again={live.again} />;
    const { days } = live.data;
    return (
        <figure class="panel">
            <figcaption>
                <b>{t("reports.days")}</b> <span class="key">{t("reports.booked")}</span> <span class="key rest">{t("reports.free")}</span>
            </figcaption>
            <Columns days={days} date={place.date} />
            <details>
                <summary>{t("reports.asTable")}</summary>
                <table>
                    <caption class="unseen">{t("reports.days")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t("day")}</th>
                            <UnitHeads />
                        </tr>
                    </thead>
                    <tbody>
                        {days.map((day) => (
                            <tr key={day.date}>
                                <th scope="row">
                                    <a href={addressOf({ ...place, date: day.date })}>{f.day(day.date)}</a>
                                </th>
                                <UnitCells of={day} />
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

function Columns({ days, date }: { days: readonly TrendRow[]; date: string }) {
    const { t, f } = useApp();
    const most = Math.max(1, ...days.map(({ capacity, booked }) => Math.max(capacity ?? 0, booked)));
    const step = WIDTH / days.length;
    const height = (value: number) => ((HEIGHT - HEAD - FOOT) * value) / most;
    return (
        <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("reports.daysLabel")}>
            {days.map((day, index) => {
                const x = index * step + GAP / 2;
                const column = (value: number) => ({ x, y: HEIGHT - FOOT - height(value), width: step - GAP, height: height(value) });
                return (
                    <g key={day.date}>
                        <rect class="rest" {...column(day.capacity ?? 0)} />
                        <rect class="bar" {...column(day.booked)} />
                        <text x={(index + 0.5) * step} y={HEIGHT - 5} text-anchor="middle" font-weight={day.date === date ? "700" : undefined}>
                            {Number(day.date.slice(8))}
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
