use vaxslot_app::ports::Store;
use vaxslot_domain::preferences::{Channel, Language, Preferences, QuietHours};

use crate::make::account;

pub async fn what_an_account_wants_reads_back_until_it_is_dropped(store: &dyn Store) {
    let (asha, other) = (account("asha"), account("other"));
    assert_eq!(store.preferences(&asha).await.unwrap(), None);
    let wanted = Preferences {
        language: Language::Tamil,
        channels: [Channel::Sms, Channel::Email].into(),
        email: "asha@example.org".parse().ok(),
        opted_out: true,
        quiet: QuietHours::parse("21:30", "07:00").ok(),
    };
    for wanted in [wanted, Preferences::default()] {
        store.prefer(&asha, &wanted).await.unwrap();
        assert_eq!(store.preferences(&asha).await.unwrap(), Some(wanted));
    }
    assert_eq!(store.preferences(&other).await.unwrap(), None);
    for _ in 0..2 {
        store.forget_preferences(&asha).await.unwrap();
        assert_eq!(store.preferences(&asha).await.unwrap(), None);
    }
}
