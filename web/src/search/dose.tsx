// Which vaccine and which dose, or any.
import type { Dose, Vaccine } from "../../.generated/api.ts";
import { DOSES, VACCINES } from "../lib/filters.ts";
import { useApp } from "../ui/app.tsx";
import { Choice } from "../ui/controls.tsx";

interface DoseChoiceProps {
    vaccine: Vaccine | null;
    dose: Dose | null;
    onPick: (picked: { vaccine: Vaccine | null } | { dose: Dose | null }) => void;
}

export function DoseChoice({ vaccine, dose, onPick }: DoseChoiceProps) {
    const { t } = useApp();
    return (
        <>
            <Choice
                label={t("vaccine")}
                value={vaccine ?? ""}
                none={t("any")}
                options={VACCINES.map((known) => ({ value: known, text: known }))}
                onPick={(value) => onPick({ vaccine: (value || null) as Vaccine | null })}
            />
            <Choice
                label={t("dose")}
                value={String(dose ?? "")}
                none={t("any")}
                options={DOSES.map((known) => ({ value: String(known), text: t(`dose.${known}`) }))}
                onPick={(value) => onPick({ dose: value === "" ? null : (Number(value) as Dose) })}
            />
        </>
    );
}
