// The centers of who is logged in, with their day: where staff begin.
import type { Bookings } from "../../.generated/api.ts";
import type { OwnCenters } from "../lib/own-centers.ts";
import { useApp } from "../ui/app.tsx";
import { Problem } from "../ui/problem.tsx";

interface MineProps {
    own: OwnCenters;
    rows: Bookings["rows"] | null;
    problem: Parameters<typeof Problem>[0];
}

export function Mine({ own, rows, problem }: MineProps) {
    const { t, f } = useApp();
    return (
        <>
            {!own.all && <p>{t("mine.ofDistrict")}</p>}
            <Problem {...problem} />
            <p role="status">
                {!rows && !problem.refusal && t("loading")}
                {rows && (rows.length === 0 ? t("mine.none") : t("mine.count", { count: f.number(rows.length) }))}
            </p>
            <ul class="cards">
                {rows?.map((row) => (
                    <li key={row.id}>
                        <article class="card" aria-labelledby={`center-${row.id}`}>
                            <h2 id={`center-${row.id}`}>{row.name}</h2>
                            <dl class="facts">
                                <dt>{t("staff.center")}</dt>
                                <dd>{String(row.id)}</dd>
                                <dt>{t("mine.sessions")}</dt>
                                <dd>{f.number(row.sessions)}</dd>
                                <dt>{t("mine.booked")}</dt>
                                <dd>
                                    {f.number(row.booked)} / {f.number(row.capacity ?? 0)}
                                </dd>
                            </dl>
                            <div class="row">
                                {(["desk", "sessions"] as const).map((tab) => (
                                    <a key={tab} class="button" href={`#/${tab}/${row.id}`}>
                                        {t(`staff.${tab}`)}
                                        <span class="unseen"> {row.name}</span>
                                    </a>
                                ))}
                            </div>
                        </article>
                    </li>
                ))}
            </ul>
        </>
    );
}
