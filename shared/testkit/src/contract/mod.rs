//! What every store does, as one suite. `store_contract!(make)` makes a test of each behaviour here, on a fresh and empty
//! store from `make` each time.
//!
//! A behaviour that is written but not listed below is dead code, which the compiler reports.

mod support;

/// Declares the modules, exports their behaviours, and makes the macro that tests them.
macro_rules! behaviours {
    ($d:tt $($(#[$doc:meta])* $module:ident: $($case:ident),+;)+) => {
        $(mod $module;)+

        /// The behaviours, by what they are about.
        pub mod of {
            $($(#[$doc])* pub mod $module {
                pub use super::super::$module::{$($case),+};
            })+
        }

        /// Makes a test of every behaviour for the stores that a function makes: `async fn make() -> Arc<dyn Store>`.
        #[macro_export]
        macro_rules! store_contract {
            ($d make:path) => {
                $(mod $module {
                    $(#[tokio::test]
                    async fn $case() {
                        let store = $d make().await;
                        $crate::contract::of::$module::$case(&*store).await;
                    })+
                })+
            };
        }
    };
}

behaviours! {$
    /// States and districts.
    places:
        what_was_never_saved_is_absent, states_and_districts_come_by_id, saved_again_they_are_renamed,
        a_whole_country_is_saved_at_once, saving_no_districts_is_no_error;
    /// Centers.
    centers:
        an_unknown_center_is_absent, a_center_reads_back_as_it_was_added, a_taken_id_is_refused_with_its_center,
        a_center_is_changed_within_its_region, facts_can_be_taken_away_from_a_center,
        a_change_from_outside_the_stored_region_is_refused, an_unknown_center_is_not_changed;
    /// Publishing sessions, and reading them and their shards.
    publishing:
        an_unknown_session_is_absent, a_session_reads_back_as_it_was_published, the_largest_session_is_published_whole,
        shards_are_read_in_any_number, a_session_is_published_once, publishing_again_leaves_the_shards_as_they_are,
        publishing_a_large_session_again_leaves_its_shards_as_they_are,
        one_of_several_publishers_at_once_wins;
    /// Lists of sessions.
    lists:
        a_session_stands_in_each_list_of_its_place, a_center_without_position_is_in_no_cell,
        a_list_is_in_order_of_date_center_and_id, a_list_has_the_days_asked_for, pages_follow_one_another,
        a_page_says_whether_the_list_goes_on, a_page_begins_behind_any_place, a_centers_sessions_are_listed_from_a_day_on;
    /// Changes of a session's own row.
    changes:
        whoever_runs_a_session_closes_and_reopens_it, whoever_runs_a_session_says_how_it_opens,
        an_opening_from_outside_the_scope_is_refused, a_status_from_outside_the_scope_is_refused,
        a_shard_is_marked_closed_and_open, an_absent_shard_is_not_marked, sums_are_written_at_their_version,
        turns_are_written_with_the_sums_and_stay,
        stale_sums_are_refused, a_sessions_center_is_written_at_its_version, a_relisted_session_moves_between_lists,
        stale_center_facts_are_refused, lists_show_the_latest_sums;
    /// Cancelling a session, step by step.
    cancelling:
        a_session_is_cancelled_in_steps, a_cancellation_begins_once, a_cancellation_from_outside_the_scope_is_refused,
        a_session_that_is_being_cancelled_neither_opens_nor_closes, a_cancelled_shard_never_opens,
        a_cancellation_is_due_until_it_is_settled, due_cancellations_come_in_pages;
    /// Changes of capacity.
    capacity:
        capacity_is_raised_in_new_shards_and_old, capacity_is_lowered_where_units_are_free,
        a_pool_grows_to_its_most_shards_at_once, units_that_are_booked_cannot_be_taken_away,
        a_capacity_at_a_stale_version_is_refused, a_capacity_from_outside_the_scope_is_refused,
        a_pool_is_drained_only_as_it_was_seen, a_shard_cannot_be_added_twice;
    /// Reservations that are made.
    reserving:
        a_booking_takes_a_unit_and_stands_in_its_beneficiary, a_hold_keeps_its_last_moment,
        a_family_takes_its_units_from_one_shard, a_family_takes_its_units_from_several_shards,
        the_same_reservation_again_takes_nothing, the_same_ids_in_another_reservation_are_another_request,
        the_last_units_are_reserved_by_as_many_racers, whoever_was_released_can_reserve_again;
    /// Reservations that are made together.
    together:
        ten_reservations_are_made_at_once, ten_families_are_reserved_at_once, several_shards_serve_several_reservations,
        the_same_reservations_again_take_nothing, one_bad_reservation_stops_the_others_and_is_told_by_its_position,
        a_shard_too_short_for_all_has_failed_for_each, a_family_among_others_is_all_or_none,
        a_closed_ticket_makes_no_appointment;
    /// How far the audit has come.
    audits:
        an_audit_begins_anew_unless_one_stopped;
    /// Who wants to be told what can be had.
    subscriptions:
        subscriptions_read_back_until_they_are_dropped, an_address_is_subscribed_once;
    /// Where reminding goes on.
    reminders:
        reminders_go_on_where_they_stopped;
    /// How accounts want to be told.
    contacts:
        what_an_account_wants_reads_back_until_it_is_dropped;
    /// What idempotency keys were used for.
    keys:
        a_key_is_noted_once, keys_of_others_and_of_other_operations_are_other_keys, an_answer_is_kept_and_stays,
        only_who_noted_a_key_renews_it, a_stale_use_gives_way, of_many_attempts_at_once_one_is_noted;
    /// The ends of tickets.
    tickets:
        an_end_reads_back_as_it_was_written, a_closed_ticket_marks_its_person_and_nothing_else, a_ticket_is_closed_once,
        a_ticket_that_made_its_appointment_is_not_closed, a_ticket_of_somebody_who_is_booked_otherwise_is_closed,
        a_ticket_is_closed_though_another_of_its_request_made_the_appointment,
        a_ticket_of_nobody_is_closed_without_a_mark, marks_make_room_for_new_ones,
        of_a_booking_and_a_closing_at_once_one_happens;
    /// Reservations that are refused.
    refusing:
        a_shard_without_units_refuses, a_shard_with_fewer_units_than_people_refuses, a_closed_shard_refuses,
        an_absent_shard_refuses, an_absent_beneficiary_is_refused, another_accounts_beneficiary_is_refused,
        a_booked_beneficiary_is_refused, one_bad_member_stops_a_family, one_short_shard_stops_a_family,
        every_failed_condition_is_told_by_its_position, whoever_gave_up_the_same_appointment_is_refused,
        whoever_lost_the_same_appointment_is_refused,
        whoever_gave_up_too_many_appointments_is_refused, one_person_racing_for_many_sessions_gets_one;
    /// Who a reservation admits.
    eligibility:
        ages_are_compared_to_the_day, ages_of_a_leap_day, a_year_counts_as_its_first_day, doses_come_in_order,
        a_later_dose_is_of_the_same_vaccine, a_later_dose_waits_for_its_interval;
    /// Confirming holds.
    confirming:
        a_hold_is_confirmed, a_hold_is_confirmed_at_its_last_moment_and_not_later, another_accounts_hold_is_not_confirmed,
        what_is_no_hold_is_not_confirmed, two_holds_are_confirmed_together, one_expired_hold_stops_the_others,
        a_confirmed_hold_is_not_released_as_one;
    /// Ending appointments.
    releasing:
        a_released_unit_is_free_again, a_family_is_released_together, a_closed_shard_takes_units_back,
        the_same_release_again_returns_nothing, a_release_of_what_is_not_there_is_refused,
        one_changed_appointment_stops_a_release, of_two_releases_at_once_one_returns_the_unit,
        what_a_person_gives_up_is_noted, what_is_withdrawn_from_a_person_is_noted_for_a_day, notes_that_count_no_more_are_dropped_at_the_next_change,
        notes_can_be_dropped_by_themselves;
    /// What becomes of appointments at their center, and who comes without one.
    attending:
        a_completed_appointment_keeps_its_unit_and_is_a_dose, a_missed_appointment_keeps_its_unit_and_is_no_dose,
        a_hold_that_was_kept_is_not_due_any_more, the_same_use_again_changes_nothing,
        what_is_no_longer_as_it_was_is_not_used, of_two_ends_at_once_one_happens,
        a_lapsed_appointment_makes_room_for_another, a_shard_tells_what_takes_its_units,
        an_appointment_is_found_by_its_reference, a_newcomer_is_registered_with_the_appointment,
        a_newcomer_who_is_known_is_told_and_not_overwritten, a_newcomer_is_not_registered_without_a_unit;
    /// How often a shard was written.
    moves:
        each_write_of_a_shard_is_counted, what_is_refused_or_repeated_does_not_count;
    /// Work that falls due.
    dues:
        a_hold_is_due_when_it_has_run_out, what_was_confirmed_or_released_is_not_due, due_holds_come_in_pages,
        an_end_is_listed_until_it_is_dropped, ends_come_in_pages;
    /// Moving appointments.
    rescheduling:
        a_moved_appointment_takes_one_unit_and_returns_another, a_moved_hold_stays_a_hold_and_is_due_as_before,
        a_family_moves_together, a_move_without_room_keeps_everybody_where_they_are,
        a_move_into_a_closed_shard_is_refused, one_changed_appointment_stops_a_move,
        whoever_does_not_fit_the_new_session_stays, another_accounts_appointment_is_not_moved,
        the_same_move_again_moves_nothing, of_many_moves_of_one_appointment_one_is_made,
        two_who_want_each_others_last_unit_keep_their_own, notes_that_count_no_more_are_dropped_with_a_move;
    /// Beneficiaries and their appointments.
    reading:
        beneficiaries_come_in_the_order_asked_for, an_unknown_beneficiary_has_no_history,
        a_history_is_newest_first, ended_appointments_are_found_by_their_ids, every_fact_of_an_appointment_is_kept,
        a_shard_lists_its_appointments;
    /// Accounts.
    people:
        an_unknown_account_is_absent, an_account_begins_with_its_first_beneficiary,
        a_beneficiary_reads_back_as_it_was_added, an_account_has_at_most_four_beneficiaries,
        a_known_beneficiary_is_told_even_by_a_full_account, another_accounts_beneficiary_cannot_be_added,
        of_many_added_at_once_four_stay;
    /// Correcting and removing beneficiaries, and their photo IDs.
    leaving:
        a_person_is_corrected_from_what_was_read, what_is_no_longer_as_it_was_read_is_not_corrected,
        a_birth_stays_while_there_is_an_appointment_or_after_a_dose, a_photo_id_is_registered_once,
        of_many_with_one_photo_id_at_once_one_is_registered, a_photo_id_that_was_given_up_is_free_again,
        a_removed_person_is_gone_and_remembered, somebody_with_an_appointment_is_not_removed,
        a_removal_from_another_list_is_refused, whoever_was_removed_is_not_added_again, nobody_books_for_a_removed_person,
        of_a_booking_and_a_removal_at_once_one_happens, an_account_is_erased_with_its_people,
        an_account_is_not_erased_while_one_has_an_appointment;
    /// What staff did.
    trail:
        an_entry_reads_back_as_it_was_noted, an_entry_that_is_there_stays_as_it_is, a_trail_is_newest_first_and_of_one_center,
        states_and_districts_have_a_trail_of_their_own, a_stretch_begins_and_ends_at_its_moments, pages_of_a_trail_follow_one_another;
    /// A day's figures.
    figures:
        a_day_without_rows_is_empty, rows_stand_under_their_level_by_id, single_rows_come_in_the_order_asked_for,
        a_row_is_replaced_at_its_version, a_row_at_a_stale_version_is_refused;
    /// Where appointments stand, and how many stand where.
    tallies:
        what_was_never_filed_is_not_there, tallies_stand_by_their_shard, an_older_sight_never_replaces_a_newer_one,
        a_count_is_replaced_at_its_version;
}
