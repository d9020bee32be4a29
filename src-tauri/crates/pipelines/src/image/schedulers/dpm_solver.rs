//! DPM-Solver++ of first and second order, multistep (Lu et al., 2022, "DPM-Solver++: fast solver
//! for guided sampling of diffusion probabilistic models", algorithm 2), with or without noise.

use super::{
    betas::{self, alphas_cumprod},
    config::{
        BetaSchedule, FinalSigma, LambdaMin, PredictionType, SchedulerConfig, Spacing, refuse,
    },
    kind::{SchedulerKind, unknown},
    prediction::Bounds,
    scheduler::{Noise, Scheduler, StepOutput, combine},
    sigmas::{SigmaTable, exponential, karras, noise_share},
    spacing::trailing,
};
use crate::Result;

/// With fewer steps than this the last one is of first order: the second is unstable there.
const FEW_STEPS: usize = 15;

/// How the slope between two steps is used (appendix D of the paper).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecondOrder {
    Midpoint,
    Heun,
}

#[derive(Debug, Clone)]
pub(super) struct DpmSolver {
    timesteps: Vec<f32>,
    /// One more than there are steps.
    sigmas: Vec<f64>,
    prediction: PredictionType,
    bounds: Bounds,
    /// None makes every step of first order.
    second_order: Option<SecondOrder>,
    stochastic: bool,
    last_is_first_order: bool,
    /// The clean latents of the step before.
    previous: Option<Vec<f32>>,
}

impl DpmSolver {
    pub(super) fn new(config: &SchedulerConfig, steps: usize) -> Result<Self> {
        let kind = SchedulerKind::DpmSolver;
        let algorithm = config.algorithm_type.as_deref().unwrap_or("dpmsolver++");
        let solver = config.solver_type.as_deref().unwrap_or("midpoint");
        let variance = config.variance_type.is_some();
        refuse(
            kind,
            &[
                ("use_beta_sigmas", config.use_beta_sigmas == Some(true)),
                ("use_lu_lambdas", config.use_lu_lambdas == Some(true)),
                ("use_flow_sigmas", config.use_flow_sigmas == Some(true)),
                ("variance_type", variance),
                ("solver_order", !(1..=2).contains(&config.solver_order)),
            ],
        )?;
        // What diffusers takes the names of other solvers for, too.
        let stochastic = match algorithm {
            "dpmsolver++" | "deis" => false,
            "sde-dpmsolver++" => true,
            other => return Err(unknown(kind, format!("algorithm_type {other}"))),
        };
        let slope = match solver {
            "midpoint" | "logrho" | "bh1" | "bh2" => SecondOrder::Midpoint,
            "heun" => SecondOrder::Heun,
            other => return Err(unknown(kind, format!("solver_type {other}"))),
        };
        if config.prediction_type == PredictionType::Flow {
            return Err(unknown(kind, "the model predicts flows"));
        }
        let table = SigmaTable::new(config, &alphas_cumprod(config, betas::DDPM));
        let (timesteps, mut sigmas) = schedule(config, &table, steps);
        sigmas.push(table.end(config));
        Ok(Self {
            timesteps: timesteps.into_iter().map(|t| t as f32).collect(),
            sigmas: sigmas.into_iter().map(|s| f64::from(s as f32)).collect(),
            prediction: config.prediction_type,
            bounds: if config.thresholding {
                Bounds::of(config, false)
            } else {
                Bounds::None
            },
            second_order: (config.solver_order == 2).then_some(slope),
            stochastic,
            last_is_first_order: config.euler_at_final
                || (config.lower_order_final.unwrap_or(true) && steps < FEW_STEPS)
                || config.final_sigmas_type != Some(FinalSigma::SigmaMin),
            previous: None,
        })
    }
}

fn schedule(config: &SchedulerConfig, table: &SigmaTable, steps: usize) -> (Vec<f64>, Vec<f64>) {
    let found = |sigmas: Vec<f64>, whole: &dyn Fn(f64) -> f64| {
        let timesteps = sigmas.iter().map(|&s| whole(table.timestep(s)).trunc());
        (timesteps.collect(), sigmas)
    };
    let (from, to) = (table.last(), table.first());
    if config.use_karras_sigmas == Some(true) {
        let cosine = config.beta_schedule == Some(BetaSchedule::SquaredCosine);
        let round = |t: f64| if cosine { t } else { t.round_ties_even() };
        return found(karras(config, from, to, steps), &round);
    }
    if config.use_exponential_sigmas == Some(true) {
        return found(exponential(config, from, to, steps), &|t| t);
    }
    let timesteps = spaced(config, table, steps);
    let sigmas = timesteps.iter().map(|&t| table.at(t)).collect();
    (timesteps, sigmas)
}

/// The spacings as this class has them: one step more, and the last is not made.
fn spaced(config: &SchedulerConfig, table: &SigmaTable, steps: usize) -> Vec<f64> {
    let trained = config.num_train_timesteps;
    // Steps with almost no signal are left out (the log of signal over noise is lambda).
    let clipped = match &config.lambda_min_clipped {
        Some(LambdaMin::Number(least)) => (0..trained)
            .filter(|&t| -table.at(t as f64).ln() < *least)
            .count(),
        _ => 0,
    };
    let last = (trained - clipped).max(1);
    match config.timestep_spacing.unwrap_or(Spacing::Linspace) {
        Spacing::Linspace => {
            let gap = (last - 1) as f64 / steps as f64;
            let whole = |index: usize| (index as f64 * gap).round_ties_even();
            (1..=steps).rev().map(whole).collect()
        }
        Spacing::Leading => {
            let ratio = last / (steps + 1);
            let limit = (trained - 1) as f64;
            let at = |index: usize| (index * ratio) as f64 + config.steps_offset as f64;
            (1..=steps)
                .rev()
                .map(|index| at(index).clamp(0.0, limit))
                .collect()
        }
        Spacing::Trailing => trailing(last, trained as f64 / steps as f64, steps),
    }
}

/// Signal and noise where their powers add up to 1, and the log of their ratio.
fn variance_preserving(sigma: f64) -> (f64, f64, f64) {
    let alpha = 1.0 / (sigma * sigma + 1.0).sqrt();
    (alpha, sigma * alpha, -sigma.ln())
}

impl Scheduler for DpmSolver {
    fn timesteps(&self) -> &[f32] {
        &self.timesteps
    }

    fn noise_level(&self, index: usize) -> f32 {
        noise_share(self.sigmas[index])
    }

    fn initial_sigma(&self) -> f32 {
        1.0
    }

    fn input_scale(&self, _index: usize) -> f32 {
        1.0
    }

    fn add_noise(&self, index: usize, clean: &[f32], noise: &[f32]) -> Vec<f32> {
        let (alpha, sigma, _) = variance_preserving(self.sigmas[index]);
        combine(alpha, clean, sigma, noise)
    }

    fn step(
        &mut self,
        index: usize,
        output: &[f32],
        latents: &[f32],
        noise: &mut Noise<'_>,
    ) -> StepOutput {
        let (alpha_from, sigma_from, lambda_from) = variance_preserving(self.sigmas[index]);
        let (alpha_to, sigma_to, lambda_to) = variance_preserving(self.sigmas[index + 1]);
        let mut denoised = self
            .prediction
            .denoised(output, latents, alpha_from, sigma_from);
        self.bounds.apply(&mut denoised);

        let is_last = index + 1 == self.timesteps.len();
        let h = lambda_to - lambda_from;
        // With noise the same step is taken twice as far down, and noise added (their SDE variant).
        let fall = if self.stochastic {
            (-2.0 * h).exp()
        } else {
            (-h).exp()
        };
        let keep = if self.stochastic { (-h).exp() } else { 1.0 };
        let latents_share = sigma_to / sigma_from * keep;
        let denoised_share = alpha_to * (1.0 - fall);
        let mut next = combine(latents_share, latents, denoised_share, &denoised);
        let second = self
            .second_order
            .filter(|_| !(is_last && self.last_is_first_order));
        if let (Some(slope), Some(previous)) = (second, &self.previous) {
            let (_, _, lambda_before) = variance_preserving(self.sigmas[index - 1]);
            let ratio = h / (lambda_from - lambda_before);
            let share = match slope {
                SecondOrder::Midpoint => 0.5 * denoised_share,
                SecondOrder::Heun => {
                    let h = if self.stochastic { 2.0 * h } else { h };
                    alpha_to * ((fall - 1.0) / h + 1.0)
                }
            };
            let slope = combine(share * ratio, &denoised, -share * ratio, previous);
            next = combine(1.0, &next, 1.0, &slope);
        }
        if self.stochastic {
            let mut fresh = vec![0.0; latents.len()];
            noise(&mut fresh);
            next = combine(1.0, &next, sigma_to * (1.0 - fall).sqrt(), &fresh);
        }
        self.previous = Some(denoised.clone());
        StepOutput {
            latents: next,
            denoised,
        }
    }
}
