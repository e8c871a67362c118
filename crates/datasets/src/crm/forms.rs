//! How the days and amounts of one file are written: [`Forms`], told by all values of each column.

use super::amounts::{AmountEvidence, Decimal};
use super::days::{DayEvidence, DayOrder};
use super::layout::Column;
use super::sheet::{Row, Sheet};
use super::{CrmError, CrmOptions};

/// How the values of one column are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) order: DayOrder,
    /// None: no value has cents that can be told from thousands.
    pub(crate) decimal: Option<Decimal>,
}

/// One form per column.
pub(crate) type Forms = Vec<Form>;

/// What the values of the columns tell, gathered in a pass of its own.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    days: Vec<DayEvidence>,
    amounts: Vec<AmountEvidence>,
}

impl Evidence {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self {
            days: vec![DayEvidence::default(); columns.len()],
            amounts: vec![AmountEvidence::default(); columns.len()],
        }
    }

    /// Takes a row into account.
    pub(crate) fn see(&mut self, row: &Row<'_>) {
        let evidence = self.days.iter_mut().zip(&mut self.amounts);
        for ((column, cell), (days, amounts)) in row.columns().zip(evidence) {
            if column.is_day() {
                days.see(cell);
            } else if column.is_amount() {
                amounts.see(cell);
            }
        }
    }

    /// Decides. A column without evidence follows the others of its file, if these agree.
    ///
    /// # Errors
    ///
    /// [`CrmError::AmbiguousDays`], [`CrmError::MixedDays`] or [`CrmError::MixedAmounts`], with the column.
    pub(crate) fn decide(&self, sheet: &Sheet, options: &CrmOptions) -> Result<Forms, CrmError> {
        let told = |first: fn(&DayEvidence) -> bool| self.days.iter().any(first);
        let of_file = match (told(|days| days.day_first), told(|days| days.month_first)) {
            (true, false) => Some(DayOrder::DayFirst),
            (false, true) => Some(DayOrder::MonthFirst),
            (true, true) | (false, false) => None,
        };
        let columns = sheet.layout.columns.iter();
        let evidence = self.days.iter().zip(&self.amounts);
        let form = |(column, (days, amounts)): (&Column, (&DayEvidence, &AmountEvidence))| {
            Ok(Form {
                order: order(*days, of_file, column, sheet, options)?,
                decimal: decimal(*amounts, column, sheet, options)?,
            })
        };
        columns.zip(evidence).map(form).collect()
    }
}

fn order(
    days: DayEvidence,
    of_file: Option<DayOrder>,
    column: &Column,
    sheet: &Sheet,
    options: &CrmOptions,
) -> Result<DayOrder, CrmError> {
    let (path, name) = (|| sheet.path.clone(), || column.name.clone());
    if let Some(order) = options.day_order {
        return Ok(order);
    }
    match (days.day_first, days.month_first, of_file) {
        (true, true, _) => Err(CrmError::MixedDays {
            path: path(),
            column: name(),
        }),
        (true, false, _) => Ok(DayOrder::DayFirst),
        (false, false, Some(order)) => Ok(order),
        (false, false, None) if days.open => Err(CrmError::AmbiguousDays {
            path: path(),
            column: name(),
        }),
        // In the last case no value reads differently in the other order.
        (false, true, _) | (false, false, None) => Ok(DayOrder::MonthFirst),
    }
}

fn decimal(
    amounts: AmountEvidence,
    column: &Column,
    sheet: &Sheet,
    options: &CrmOptions,
) -> Result<Option<Decimal>, CrmError> {
    if options.decimal.is_some() {
        return Ok(options.decimal);
    }
    match (amounts.point, amounts.comma) {
        (true, true) => Err(CrmError::MixedAmounts {
            path: sheet.path.clone(),
            column: column.name.clone(),
        }),
        (true, false) => Ok(Some(Decimal::Point)),
        (false, true) => Ok(Some(Decimal::Comma)),
        (false, false) => Ok(None),
    }
}
