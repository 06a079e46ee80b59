//! Callers by what their role lets them do. Each comes first among a handler's arguments, so that nothing is read of a
//! request whose caller may not send it.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use vaxslot_api::{Admitted, Guarded, Problem};
use vaxslot_app::staff::Staff;
use vaxslot_domain::{
    access::{Caller, Region, Scope},
    trail::Subject,
};

use crate::routes::Admin;

/// A caller who publishes and changes sessions of these centers, and signs what they change.
pub struct Runs {
    pub staff: Staff,
    pub scope: Scope,
}

/// A caller who receives people at these centers, and the subject of their token.
pub struct Receives {
    pub scope: Scope,
    pub by: String,
}

/// A caller who registers and changes centers there, and signs what they change.
pub struct Registers {
    pub staff: Staff,
    pub region: Region,
}

/// A caller who keeps the list of states and districts, and signs what they change.
pub struct KeepsPlaces {
    pub staff: Staff,
}

impl FromRequestParts<Arc<Admin>> for Runs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let (caller, staff) = admitted(parts, admin).await?;
        Ok(Self { staff, scope: caller.runs()? })
    }
}

impl FromRequestParts<Arc<Admin>> for Receives {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let Admitted { caller, subject } = admin.gate().admit(parts).await?;
        Ok(Self { scope: caller.sees_appointments()?, by: subject })
    }
}

impl FromRequestParts<Arc<Admin>> for Registers {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let (caller, staff) = admitted(parts, admin).await?;
        Ok(Self { staff, region: caller.registers()? })
    }
}

impl FromRequestParts<Arc<Admin>> for KeepsPlaces {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let (caller, staff) = admitted(parts, admin).await?;
        caller.keeps_places()?;
        Ok(Self { staff })
    }
}

/// Who calls, and the use cases on their behalf.
async fn admitted(parts: &Parts, admin: &Admin) -> Result<(Caller, Staff), Problem> {
    let admitted = admin.gate().admit(parts).await?;
    Ok((admitted.caller, admin.staff.by(Subject::new(admitted.subject))))
}
