//! What rules need of a transaction: to act in their own name, and to fail without ending it.

use aileron_kernel::{Cause, Refusal};

use super::{Tx, WriteTx};
use crate::Result;

impl<S> WriteTx<'_, S> {
    /// What follows is done by this rule; none: by nobody's.
    pub const fn act_for(&mut self, cause: Option<Cause>) {
        self.0.session.act_for(cause);
    }
}

impl<S: Clone> WriteTx<'_, S> {
    /// Does something that may be refused without ending the transaction: what it wrote and recorded until then is taken back.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut WriteTx<'_, S>) -> Result<T>) -> Result<Result<T, Refusal>> {
        let scope = self.0.scope.clone();
        self.0.session.attempt(|session| work(&mut WriteTx(Tx { session, scope })))
    }
}
