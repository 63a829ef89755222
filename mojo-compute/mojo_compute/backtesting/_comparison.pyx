"""Two equity curves side by side. Definitions: docs/BACKTESTING.md. The caller checks, nothing here does."""
from libc.math cimport NAN, expm1, fmax, frexp, log, log1p, sqrt
from libc.string cimport memset

from mojo_compute.backtesting._trades cimport is_rounding


cdef double LOG_2 = log(2.0)


cdef struct Product:  # of growth factors, as fraction * 2**power: a million of them don't overflow
    double fraction
    long power
    Py_ssize_t count


cdef struct Sums:
    double ours
    double theirs
    double ours_squared
    double theirs_squared
    double both
    double apart           # ours less theirs
    double apart_squared
    Product up_ours
    Product up_theirs
    Product down_ours
    Product down_theirs


cdef inline void multiply(Product* product, double factor) noexcept nogil:
    cdef int power
    product.count += 1
    if not factor > 0.0:
        product.fraction = NAN
        return
    product.fraction *= factor
    if product.count % 16 == 0:
        product.fraction = frexp(product.fraction, &power)
        product.power += power


cdef double yearly_of(const Product* product, double periods) noexcept nogil:
    """What the growth comes to in a year of so many bars; NaN of none."""
    if not product.count:
        return NAN
    return expm1((log(product.fraction) + product.power * LOG_2) * periods / product.count)


cdef double mean_growth(double end, double initial, Py_ssize_t bars) noexcept nogil:
    """About the mean return: sums are taken from it, so that nothing cancels."""
    return expm1(log(end / initial) / bars) if end > 0.0 else 0.0


cdef bint add_up(
    const double* equity, const double* benchmark, Py_ssize_t bars, double initial, double centre, double other,
    Sums* to,
) noexcept nogil:
    """Whether every return is one: that nothing was at 0 or below before its last bar."""
    cdef:
        double before = initial
        double before_them = initial
        double ours, theirs, now, them, apart
        Py_ssize_t i
    for i in range(bars):
        if not (before > 0.0 and before_them > 0.0):
            return False
        now = equity[i] / before
        them = benchmark[i] / before_them
        before = equity[i]
        before_them = benchmark[i]
        ours = now - 1.0 - centre
        theirs = them - 1.0 - other
        apart = ours - theirs
        to.ours += ours
        to.theirs += theirs
        to.ours_squared += ours * ours
        to.theirs_squared += theirs * theirs
        to.both += ours * theirs
        to.apart += apart
        to.apart_squared += apart * apart
        if them > 1.0:
            multiply(&to.up_ours, now)
            multiply(&to.up_theirs, them)
        elif them < 1.0:
            multiply(&to.down_ours, now)
            multiply(&to.down_theirs, them)
    return True


cdef inline double quotient(double above, double below) noexcept nogil:
    return above / below if below != 0.0 else NAN


cdef double squares_about(double squares, double total, Py_ssize_t bars) noexcept nogil:
    return fmax(squares - total * (total / bars), 0.0)


cdef double deviation_of(double squares, double total, Py_ssize_t bars) noexcept nogil:
    """Standard deviation, 0 where it is nothing but rounding."""
    cdef double found = sqrt(squares_about(squares, total, bars) / (bars - 1))
    return 0.0 if is_rounding(found, 1.0) else found


cdef dict figures_of(const Sums* sums, Py_ssize_t bars, double centre, double other, double periods, double rate):
    cdef:
        double ours = deviation_of(sums.ours_squared, sums.ours, bars)
        double theirs = deviation_of(sums.theirs_squared, sums.theirs, bars)
        double apart = deviation_of(sums.apart_squared, sums.apart, bars)
        double together = (sums.both - sums.ours * (sums.theirs / bars)) / (bars - 1)
        double beta = together / theirs / theirs if theirs > 0.0 else NAN
        double mean = centre + sums.ours / bars - rate
        double their_mean = other + sums.theirs / bars - rate
        double alpha = mean - beta * their_mean
    return {
        "beta": beta,
        "correlation": together / ours / theirs if ours > 0.0 and theirs > 0.0 else NAN,
        "alpha": expm1(log1p(alpha) * periods) if alpha > -1.0 else NAN,
        "tracking_error": apart * sqrt(periods),
        "information_ratio": (mean - their_mean) * sqrt(periods) / apart if apart > 0.0 else NAN,
        "up_capture": quotient(yearly_of(&sums.up_ours, periods), yearly_of(&sums.up_theirs, periods)),
        "down_capture": quotient(yearly_of(&sums.down_ours, periods), yearly_of(&sums.down_theirs, periods)),
    }


def compare(
    const double[::1] equity not None,
    const double[::1] benchmark not None,
    double initial,
    double periods_per_year,
    double risk_free_rate,
) -> dict:
    """Figures of two curves of one length, 2 bars or more; NaN where one is not defined."""
    cdef:
        Py_ssize_t bars = equity.shape[0]
        double centre = mean_growth(equity[bars - 1], initial, bars)
        double other = mean_growth(benchmark[bars - 1], initial, bars)
        Sums sums
        bint whole
    memset(&sums, 0, sizeof(Sums))
    sums.up_ours.fraction = sums.up_theirs.fraction = sums.down_ours.fraction = sums.down_theirs.fraction = 1.0
    with nogil:
        whole = add_up(&equity[0], &benchmark[0], bars, initial, centre, other, &sums)
    if not whole:
        return {}
    return figures_of(
        &sums, bars, centre, other, periods_per_year, expm1(log1p(risk_free_rate) / periods_per_year)
    )
