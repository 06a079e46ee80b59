import { BookingSearch } from "../search/booking.tsx";
import { useApp } from "../ui/app.tsx";
import { Heading, useRoute } from "../ui/route.tsx";

export function Find() {
    const { t } = useApp();
    const { query } = useRoute();
    return (
        <>
            <Heading name={t("book.find")} />
            <BookingSearch query={query} here="#/find" page="" />
        </>
    );
}
