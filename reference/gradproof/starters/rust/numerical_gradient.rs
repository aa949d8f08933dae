const H: f64 = 1e-4;

/// The gradient of `f` at the point `x`, by central differences, or the error of `f`.
/// `x` is as it was in either case.
pub fn numerical_gradient<E>(
    mut f: impl FnMut(&[f64]) -> Result<f64, E>,
    x: &mut [f64],
) -> Result<Vec<f64>, E> {
    let mut gradient = Vec::with_capacity(x.len());
    for i in 0..x.len() {
        let ahead = moved(&mut f, x, i, H)?;
        let behind = moved(&mut f, x, i, -H)?;
        gradient.push((ahead - behind) / (2.0 * H));
    }
    Ok(gradient)
}

/// `f` where `x[i]` is moved by `step`; it is put back.
fn moved<E>(
    f: &mut impl FnMut(&[f64]) -> Result<f64, E>,
    x: &mut [f64],
    i: usize,
    step: f64,
) -> Result<f64, E> {
    let kept = x[i];
    x[i] = kept + step;
    let y = f(x);
    x[i] = kept;
    y
}
