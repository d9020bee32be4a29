//! `scheduler_config.json` as diffusers writes it. What a class leaves out follows that class'
//! own default, so most values are optional here and decided where they are used.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::kind::{SchedulerKind, unknown};
use crate::{Error, Result};

/// More training steps than anyone trains with: tables of that length are built for every run.
const MAX_TRAIN_STEPS: usize = 100_000;

/// The schedule a model was trained with, and how its makers want it sampled. Values of classes
/// that are not here are passed over.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the names and types are diffusers'"
)]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default)]
pub struct SchedulerConfig {
    #[serde(rename = "_class_name")]
    pub class_name: String,
    pub num_train_timesteps: usize,
    pub(super) beta_start: Option<f64>,
    pub(super) beta_end: Option<f64>,
    pub(super) beta_schedule: Option<BetaSchedule>,
    pub(super) trained_betas: Option<Vec<f64>>,
    pub(super) prediction_type: PredictionType,
    pub(super) timestep_spacing: Option<Spacing>,
    pub(super) steps_offset: i64,
    pub(super) rescale_betas_zero_snr: bool,
    // What is done to the estimate of the clean latents.
    pub(super) clip_sample: Option<bool>,
    pub(super) clip_sample_range: f64,
    pub(super) thresholding: bool,
    pub(super) dynamic_thresholding_ratio: f64,
    pub(super) sample_max_value: f64,
    // DDIM, PNDM, LCM.
    pub(super) set_alpha_to_one: Option<bool>,
    pub(super) skip_prk_steps: bool,
    pub(super) original_inference_steps: usize,
    pub(super) timestep_scaling: f64,
    // Schedulers that think in sigmas.
    pub(super) use_karras_sigmas: Option<bool>,
    pub(super) use_exponential_sigmas: Option<bool>,
    pub(super) use_beta_sigmas: Option<bool>,
    pub(super) sigma_min: Option<f64>,
    pub(super) sigma_max: Option<f64>,
    pub(super) final_sigmas_type: Option<FinalSigma>,
    pub(super) interpolation_type: Option<String>,
    pub(super) timestep_type: Option<String>,
    // DPM-Solver.
    pub(super) solver_order: usize,
    pub(super) algorithm_type: Option<String>,
    pub(super) solver_type: Option<String>,
    pub(super) lower_order_final: Option<bool>,
    pub(super) euler_at_final: bool,
    pub(super) lambda_min_clipped: Option<LambdaMin>,
    pub(super) use_lu_lambdas: Option<bool>,
    pub(super) use_flow_sigmas: Option<bool>,
    pub(super) variance_type: Option<String>,
    // Flow matching.
    pub(super) shift: f64,
    pub(super) use_dynamic_shifting: bool,
    pub(super) base_shift: f64,
    pub(super) max_shift: f64,
    pub(super) base_image_seq_len: f64,
    pub(super) max_image_seq_len: f64,
    pub(super) shift_terminal: Option<f64>,
    pub(super) time_shift_type: Option<String>,
    pub(super) invert_sigmas: bool,
    pub(super) stochastic_sampling: bool,
}

/// How the share of noise grows over the training steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum BetaSchedule {
    #[serde(rename = "linear")]
    Linear,
    /// Linear in the square root: that of latent diffusion (Rombach et al., 2022).
    #[serde(rename = "scaled_linear")]
    ScaledLinear,
    /// The cosine of Nichol and Dhariwal, 2021.
    #[serde(rename = "squaredcos_cap_v2")]
    SquaredCosine,
}

/// What a network was trained to predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum PredictionType {
    /// The noise (Ho et al., 2020).
    #[serde(rename = "epsilon")]
    Epsilon,
    /// alpha * noise - sigma * clean (Salimans and Ho, 2022).
    #[serde(rename = "v_prediction")]
    Velocity,
    /// The clean latents themselves.
    #[serde(rename = "sample", alias = "original_sample")]
    Sample,
    /// noise - clean, of flows; only its own scheduler reads it.
    #[serde(rename = "flow_prediction")]
    Flow,
}

/// Which of the training steps are visited (Lin et al., 2023, table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Spacing {
    Linspace,
    Leading,
    Trailing,
}

/// The noise that is left after the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FinalSigma {
    Zero,
    SigmaMin,
}

/// JSON has no infinity: diffusers writes it as the bare word, which `serde_json` refuses, or as
/// text.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum LambdaMin {
    Number(f64),
    Text(String),
}

impl Default for SchedulerConfig {
    fn default() -> Self {
        Self {
            class_name: String::new(),
            num_train_timesteps: 1000,
            beta_start: None,
            beta_end: None,
            beta_schedule: None,
            trained_betas: None,
            prediction_type: PredictionType::Epsilon,
            timestep_spacing: None,
            steps_offset: 0,
            rescale_betas_zero_snr: false,
            clip_sample: None,
            clip_sample_range: 1.0,
            thresholding: false,
            dynamic_thresholding_ratio: 0.995,
            sample_max_value: 1.0,
            set_alpha_to_one: None,
            skip_prk_steps: false,
            original_inference_steps: 50,
            timestep_scaling: 10.0,
            use_karras_sigmas: None,
            use_exponential_sigmas: None,
            use_beta_sigmas: None,
            sigma_min: None,
            sigma_max: None,
            final_sigmas_type: None,
            interpolation_type: None,
            timestep_type: None,
            solver_order: 2,
            algorithm_type: None,
            solver_type: None,
            lower_order_final: None,
            euler_at_final: false,
            lambda_min_clipped: None,
            use_lu_lambdas: None,
            use_flow_sigmas: None,
            variance_type: None,
            shift: 1.0,
            use_dynamic_shifting: false,
            base_shift: 0.5,
            max_shift: 1.15,
            base_image_seq_len: 256.0,
            max_image_seq_len: 4096.0,
            shift_terminal: None,
            time_shift_type: None,
            invert_sigmas: false,
            stochastic_sampling: false,
        }
    }
}

impl SchedulerConfig {
    /// Reads the JSON text of a `scheduler_config.json`.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        // Python's json module writes -Infinity, which is no JSON.
        let mut text = text.to_owned();
        for space in ["", " "] {
            for (word, instead) in [
                ("-Infinity", "\"-inf\""),
                ("Infinity", "\"inf\""),
                ("NaN", "null"),
            ] {
                text = text.replace(&format!(":{space}{word}"), &format!(": {instead}"));
            }
        }
        let written: Map<String, Value> =
            serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let mut values = Map::new();
        for (key, value) in written {
            // What a class leaves open is written as null by some tools.
            if value.is_null() {
                continue;
            }
            let readings = readings(value);
            let refused = readings.first().cloned().unwrap_or_default();
            let fits = |value: &Value| {
                let alone = Map::from_iter([(key.clone(), value.clone())]);
                serde_json::from_value::<Self>(alone.into()).is_ok()
            };
            let Some(value) = readings.into_iter().find(fits) else {
                let shown: String = refused.to_string().chars().take(80).collect();
                return Err(format!("{key} cannot be {shown}"));
            };
            values.insert(key, value);
        }
        serde_json::from_value(values.into()).map_err(|error| error.to_string())
    }

    /// The scheduler its folder names.
    ///
    /// # Errors
    /// `UnknownScheduler`.
    pub fn kind(&self) -> Result<SchedulerKind> {
        SchedulerKind::of_class(&self.class_name)
    }

    /// Whether the first step is at noise alone, as distilled models want it.
    pub(in crate::image) fn is_trailing(&self) -> bool {
        self.timestep_spacing == Some(Spacing::Trailing)
    }

    /// Numbers that no table can be built from.
    pub(super) fn check(&self) -> Result<()> {
        let betas = self.trained_betas.as_ref().map(Vec::len);
        let found = |reason: &str| Error::UnknownScheduler {
            name: self.class_name.clone(),
            reason: reason.to_owned(),
        };
        if !(2..=MAX_TRAIN_STEPS).contains(&self.num_train_timesteps) {
            return Err(found("num_train_timesteps is out of range"));
        }
        if betas.is_some_and(|length| length != self.num_train_timesteps) {
            return Err(found("trained_betas are not one a training step"));
        }
        let range = |value: f64| value.is_finite() && (0.0..1.0).contains(&value);
        if ![self.beta_start, self.beta_end]
            .into_iter()
            .flatten()
            .all(range)
            || !self.trained_betas.iter().flatten().copied().all(range)
        {
            return Err(found("betas must lie between 0 and 1"));
        }
        if self.steps_offset.unsigned_abs() as usize >= self.num_train_timesteps {
            return Err(found("steps_offset is beyond the training steps"));
        }
        if !(1..=self.num_train_timesteps).contains(&self.original_inference_steps) {
            return Err(found("original_inference_steps is out of range"));
        }
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let sigmas = [self.sigma_min, self.sigma_max, Some(self.shift)];
        if !sigmas.into_iter().flatten().all(positive) {
            return Err(found(
                "sigma_min, sigma_max and shift must be greater than 0",
            ));
        }
        Ok(())
    }
}

/// What a value may stand for, in the order in which it is tried: itself; of a list its last text, as
/// `["diffusers", "DDIMScheduler"]` of a `model_index.json`; a number written as a text; a whole number
/// written with a point; a switch written as a number or in Python's words.
fn readings(value: Value) -> Vec<Value> {
    let last = value.as_array().and_then(|list| list.last());
    let one = last.filter(|last| last.is_string()).cloned();
    let text = value.as_str().map(str::trim).map(str::to_lowercase);
    let parsed = text.as_deref().and_then(|text| text.parse::<f64>().ok());
    let number = value
        .as_f64()
        .or(parsed)
        .filter(|number| number.is_finite());
    let whole = number.filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
    let switch = match (text.as_deref(), whole.map(|whole| whole as i64)) {
        (Some("true"), _) | (None, Some(1)) => Some(true),
        (Some("false" | ""), _) | (None, Some(0)) => Some(false),
        _ => None,
    };
    [
        Some(value),
        one,
        whole.map(|whole| (whole as i64).into()),
        number.map(Into::into),
        switch.map(Into::into),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// # Errors
/// `UnknownScheduler` where one of these switches of a configuration is on.
pub(super) fn refuse(kind: SchedulerKind, switches: &[(&str, bool)]) -> Result<()> {
    match switches.iter().find(|(_, on)| *on) {
        Some((name, _)) => Err(unknown(kind, format!("{name} is not supported"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_with_pythons_infinity_and_unknown_keys_is_read() {
        let config = SchedulerConfig::parse(
            r#"{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity,
                "prediction_type": "v_prediction", "surprise": [1], "trained_betas": null}"#,
        )
        .unwrap();
        assert_eq!(config.kind(), Ok(SchedulerKind::DpmSolver));
        assert_eq!(
            config.lambda_min_clipped,
            Some(LambdaMin::Text("-inf".into()))
        );
    }

    #[test]
    fn values_as_other_tools_write_them_are_read() {
        let config = SchedulerConfig::parse(
            r#"{"_class_name": ["diffusers", "DDIMScheduler"], "num_train_timesteps": 1000.0,
                "beta_start": "0.00085", "beta_end": 0.012, "beta_schedule": "scaled_linear",
                "steps_offset": 1.0, "clip_sample": 0, "set_alpha_to_one": "False",
                "prediction_type": null, "thresholding": null, "solver_order": null,
                "rescale_betas_zero_snr": "true", "sigma_min": null, "shift": "3"}"#,
        )
        .unwrap();
        let plain = SchedulerConfig {
            class_name: "DDIMScheduler".to_owned(),
            beta_start: Some(0.000_85),
            beta_end: Some(0.012),
            beta_schedule: Some(BetaSchedule::ScaledLinear),
            steps_offset: 1,
            clip_sample: Some(false),
            set_alpha_to_one: Some(false),
            rescale_betas_zero_snr: true,
            shift: 3.0,
            ..SchedulerConfig::default()
        };
        assert_eq!(config, plain);
    }

    #[test]
    fn a_value_that_stands_for_nothing_is_named() {
        for (text, key) in [
            (r#"{"num_train_timesteps": 1000.5}"#, "num_train_timesteps"),
            (r#"{"num_train_timesteps": -1}"#, "num_train_timesteps"),
            (r#"{"beta_start": "small"}"#, "beta_start"),
            (r#"{"thresholding": "perhaps"}"#, "thresholding"),
            (r#"{"_class_name": []}"#, "_class_name"),
            (r#"{"_class_name": {"a": 1}}"#, "_class_name"),
        ] {
            let error = SchedulerConfig::parse(text).unwrap_err();
            assert!(error.contains(key), "{text}: {error}");
        }
        assert!(SchedulerConfig::parse("[]").is_err());
    }

    #[test]
    fn a_scheduler_nobody_knows_is_named() {
        let config = SchedulerConfig::parse(r#"{"_class_name": "TelepathyScheduler"}"#).unwrap();
        let error = config.kind().unwrap_err();
        assert!(error.to_string().contains("TelepathyScheduler"), "{error}");
        assert!(SchedulerConfig::parse(r#"{"prediction_type": "guess"}"#).is_err());
    }

    #[test]
    fn numbers_no_schedule_can_have_are_refused() {
        for (text, why) in [
            (r#"{"num_train_timesteps": 0}"#, "num_train"),
            (r#"{"num_train_timesteps": 4000000000}"#, "num_train"),
            (r#"{"trained_betas": [0.1, 0.2]}"#, "one a training step"),
            (r#"{"beta_end": 1.5}"#, "between 0 and 1"),
            (r#"{"steps_offset": -5000}"#, "steps_offset"),
            (r#"{"shift": 0}"#, "shift"),
            (r#"{"original_inference_steps": 0}"#, "original"),
        ] {
            let config = SchedulerConfig::parse(text).unwrap();
            let error = SchedulerKind::Euler.build(&config, 5, 256).unwrap_err();
            assert!(error.to_string().contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn no_steps_and_more_than_were_trained_are_refused() {
        let config = SchedulerConfig::default();
        for steps in [0, 1001] {
            let error = SchedulerKind::Euler.build(&config, steps, 256).unwrap_err();
            assert!(
                matches!(error, Error::Parameter { name: "steps", .. }),
                "{error}"
            );
        }
    }
}
