// Units that are booked, of those that there are: two columns of every table of figures.
import { useApp } from "../ui/app.tsx";

export function UnitHeads() {
    const { t } = useApp();
    return (
        <>
            <th scope="col" class="number">
                {t("reports.booked")}
            </th>
            <th scope="col" class="number">
                {t("reports.capacity")}
            </th>
        </>
    );
}

export function UnitCells({ of: { booked, capacity } }: { of: { booked: number; capacity: number | null } }) {
    const { f } = useApp();
    return (
        <>
            <td class="number">{f.number(booked)}</td>
            <td class="number">{capacity === null ? "–" : f.number(capacity)}</td>
        </>
    );
}
