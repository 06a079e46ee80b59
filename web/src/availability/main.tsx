// Live availability, for everybody.
import { BookingSearch } from "../search/booking.tsx";
import { start, useApp } from "../ui/app.tsx";
import { Heading } from "../ui/route.tsx";

function Availability() {
    const { t } = useApp();
    return (
        <>
            <Heading name={t("availability")} />
            <p>{t("availability.lead")}</p>
            <BookingSearch query={new URLSearchParams(location.search)} here="" page="book.html" />
        </>
    );
}

void start("availability", ["common", "problems", "search"], Availability);
