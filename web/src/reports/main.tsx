// For those who watch: bookings per day, from the country down to appointments, and what staff did.
import { start, useApp, useLogin } from "../ui/app.tsx";
import { LoginForm } from "../ui/login.tsx";
import { Heading, useRoute } from "../ui/route.tsx";
import { Overview } from "./overview.tsx";
import { Trail } from "./trail.tsx";

function Reports() {
    const { t } = useApp();
    const login = useLogin();
    const { parts, query } = useRoute();
    if (!login.present) {
        return (
            <>
                <Heading name={t("reports")} />
                <p>{t("reports.lead")}</p>
                <LoginForm tokens />
            </>
        );
    }
    const trail = parts[0] === "trail";
    return (
        <>
            <nav class="tabs" aria-label={t("reports")}>
                <ul>
                    <li>
                        <a href="#/" aria-current={trail ? undefined : "page"}>
                            {t("reports.bookings")}
                        </a>
                    </li>
                    <li>
                        <a href="#/trail" aria-current={trail ? "page" : undefined}>
                            {t("trail")}
                        </a>
                    </li>
                </ul>
            </nav>
            {trail ? <Trail center={query.get("center") ?? ""} /> : <Overview query={query} />}
        </>
    );
}

void start("reports", ["common", "problems", "reports"], Reports);
