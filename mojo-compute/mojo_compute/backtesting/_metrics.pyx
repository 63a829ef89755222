"""What a run was worth: loops over its equity and its trades. Definitions: docs/BACKTESTING.md.

`measure` is the way in for Python; it checks nothing. The C functions are declared and described in `_metrics.pxd`.
"""
from libc.math cimport NAN, erfc, expm1, fabs, fmax, fmin, isinf, isnan, log1p, pow, sqrt
from libc.stdint cimport int64_t

from mojo_compute.backtesting._trades cimport ANNUAL_BARS, is_rounding, measure_book, measure_trades, ratio


cdef extern from "_equity.h" nogil:
    ctypedef struct ReturnSums:
        double from_centre
        double from_centre_squared
        double falls
        double falls_squared
        double rises
        double equity
        double least_before

    ReturnSums sum_returns(
        const double* equity, Py_ssize_t bars, double initial, double centre, double minimum
    ) noexcept

    ctypedef struct Falls:
        double peak
        double deepest
        double depths
        double squares
        Py_ssize_t count
        Py_ssize_t longest
        Py_ssize_t lengths
        int64_t longest_seconds

    Falls find_falls(const double* equity, Py_ssize_t bars, double initial, const int64_t* times) noexcept


cdef extern from "_distribution.h" nogil:
    ctypedef struct Spread:
        double squares
        double cubes
        double fourths
        double best
        double worst
        Py_ssize_t positive
        double low
        double high
        double low_mean

    int spread_of(const double* equity, Py_ssize_t bars, double initial, double mean, Spread* out) noexcept


cdef enum:
    FIELDS = sizeof(Figures) // sizeof(double)

cdef double NORMAL_05 = -1.6448536269514722       # the normal distribution's 5 % quantile
cdef double NORMAL_TAIL_05 = 2.0627128075074257   # and how far below the mean its lowest 5 % lie on average


cdef double per_bar(double yearly, double bars_a_year) noexcept nogil:
    return expm1(log1p(yearly) / bars_a_year)


cdef Basis basis_of(
    double periods_per_year, double risk_free_rate, double minimum_return, const int64_t* times, bint gaussian
) noexcept nogil:
    cdef Basis basis
    basis.periods_per_year = periods_per_year
    basis.risk_free = per_bar(risk_free_rate, periods_per_year)
    basis.minimum = per_bar(minimum_return, periods_per_year)
    basis.times = times
    basis.gaussian = gaussian
    return basis


cdef double grown(double total, double years) noexcept nogil:
    """A year's growth, that `total` over so many years comes to."""
    if not years > 0.0 or total < -1.0:
        return NAN
    return pow(1.0 + total, 1.0 / years) - 1.0


cdef double measure_returns(
    const double* equity, Py_ssize_t bars, double initial, const Basis* basis, Figures* out, double* mean,
    double* deviation,
) noexcept nogil:
    """Growth and what it was worth; `mean` and `deviation` of the returns, NaN where there are none. The mean equity."""
    cdef:
        double total = equity[bars - 1] / initial - 1.0
        double centre = expm1(log1p(total) / bars) if total > -1.0 else 0.0
        ReturnSums sums = sum_returns(equity, bars, initial, centre, basis.minimum)
        double yearly = basis.periods_per_year
        double spread
    out.total_return = total
    out.final_equity = equity[bars - 1]
    mean[0] = NAN
    deviation[0] = NAN
    if not sums.least_before > 0.0:  # a return on nothing, or on debts
        return sums.equity / bars
    mean[0] = centre + sums.from_centre / bars
    out.omega_ratio = ratio(sums.rises, -sums.falls) if bars > 1 else NAN
    if bars > 1:
        spread = fmax(sums.from_centre_squared - sums.from_centre * (sums.from_centre / bars), 0.0)
        deviation[0] = sqrt(spread / (bars - 1))
        if is_rounding(deviation[0], 1.0 + fabs(mean[0])):  # what 1 + return was rounded by
            deviation[0] = 0.0
    if bars < ANNUAL_BARS:
        return sums.equity / bars
    out.annual_return = grown(total, bars / yearly)
    if basis.times != NULL:
        out.cagr = grown(total, (basis.times[bars - 1] - basis.times[0]) / (86400.0 * 365.25))
    out.annual_volatility = deviation[0] * sqrt(yearly)
    out.sharpe_ratio = ratio((mean[0] - basis.risk_free) * sqrt(yearly), deviation[0])
    out.sortino_ratio = ratio((mean[0] - basis.minimum) * sqrt(yearly), sqrt(sums.falls_squared / bars))
    return sums.equity / bars


cdef void measure_falls(
    const double* equity, Py_ssize_t bars, double initial, const Basis* basis, Figures* out
) noexcept nogil:
    cdef Falls falls = find_falls(equity, bars, initial, basis.times)
    out.peak_equity = falls.peak
    out.max_drawdown = falls.deepest
    out.max_drawdown_bars = falls.longest
    if basis.times != NULL:
        out.max_drawdown_days = falls.longest_seconds / 86400.0
    out.avg_drawdown = falls.depths / falls.count if falls.count else 0.0
    out.avg_drawdown_bars = <double>falls.lengths / falls.count if falls.count else 0.0
    out.ulcer_index = sqrt(falls.squares / bars)
    out.calmar_ratio = ratio(out.cagr, -falls.deepest)
    out.recovery_factor = ratio(out.total_return, -falls.deepest)


cdef double normal_below(double x) noexcept nogil:
    return 0.5 * erfc(-x / sqrt(2.0))


cdef double probable_sharpe(double sharpe, double skew, double kurtosis, Py_ssize_t bars) noexcept nogil:
    """How probable it is that the true Sharpe ratio is above 0; of a bar, `kurtosis` in excess of the normal 0."""
    cdef double spread = 1.0 - skew * sharpe + (kurtosis + 2.0) / 4.0 * sharpe * sharpe
    return normal_below(sharpe * sqrt((bars - 1) / spread)) if spread > 0.0 else NAN


cdef int measure_distribution(
    const double* equity, Py_ssize_t bars, double initial, double mean, double deviation, const Basis* basis,
    Figures* out,
) noexcept nogil:
    cdef:
        Spread spread
        double variance
    if spread_of(equity, bars, initial, mean, &spread):
        return -1
    out.best_bar = spread.best
    out.worst_bar = spread.worst
    out.positive_bars = <double>spread.positive / bars
    out.tail_ratio = ratio(fabs(spread.high), fabs(spread.low))
    if basis.gaussian:
        out.var_95 = mean + deviation * NORMAL_05
        out.cvar_95 = mean - deviation * NORMAL_TAIL_05
    else:
        out.var_95 = spread.low
        out.cvar_95 = spread.low_mean
    if deviation > 0.0:
        variance = spread.squares / bars
        out.skew = spread.cubes / bars / (variance * sqrt(variance))
        out.kurtosis = spread.fourths / bars / (variance * variance) - 3.0
        if bars >= ANNUAL_BARS:
            out.psr = probable_sharpe((mean - basis.risk_free) / deviation, out.skew, out.kurtosis, bars)
    return 0


cdef void clear(Figures* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(FIELDS):
        (<double*>out)[i] = NAN


cdef void measure_all(
    const double* equity, Py_ssize_t bars, double initial, const double* exposure,
    const RoundTrip* closed, Py_ssize_t closed_count, const RoundTrip* opened, Py_ssize_t opened_count,
    const Basis* basis, Figures* out, double* mean, double* deviation,
) noexcept nogil:
    cdef double mean_equity
    clear(out)
    out.bars = bars
    out.periods_per_year = basis.periods_per_year
    mean_equity = measure_returns(equity, bars, initial, basis, out, mean, deviation)
    measure_falls(equity, bars, initial, basis, out)
    measure_book(
        bars, exposure, closed, closed_count, opened, opened_count, basis.periods_per_year, mean_equity, out
    )
    measure_trades(closed, closed_count, out)


cdef void moments(
    const double* equity, Py_ssize_t bars, double initial, const double* exposure,
    const RoundTrip* closed, Py_ssize_t closed_count, const RoundTrip* opened, Py_ssize_t opened_count,
    const Basis* basis, Figures* out,
) noexcept nogil:
    cdef double mean, deviation
    measure_all(
        equity, bars, initial, exposure, closed, closed_count, opened, opened_count, basis, out, &mean, &deviation
    )


cdef int whole(
    const double* equity, Py_ssize_t bars, double initial, const double* exposure,
    const RoundTrip* closed, Py_ssize_t closed_count, const RoundTrip* opened, Py_ssize_t opened_count,
    const Basis* basis, Figures* out,
) noexcept nogil:
    cdef double mean, deviation
    measure_all(
        equity, bars, initial, exposure, closed, closed_count, opened, opened_count, basis, out, &mean, &deviation
    )
    if isnan(mean):
        return 0
    return measure_distribution(equity, bars, initial, mean, deviation, basis, out)


cdef tuple names():
    cdef Figures none
    clear(&none)
    return tuple(<dict>none)


FIGURES = names()
COUNTS = frozenset({
    "bars", "max_drawdown_bars", "total_trades", "profitable_trades", "losing_trades", "max_bars",
    "max_consecutive_wins", "max_consecutive_losses", "open_trades",
})
cdef bint[FIELDS] WHOLE
for at, name in enumerate(FIGURES):
    WHOLE[at] = name in COUNTS
DISTRIBUTION = FIGURES[FIGURES.index("var_95"):]


def measure(
    const double[::1] equity not None,
    double initial,
    const double[::1] exposure,      # None: one symbol
    const RoundTrip[::1] closed not None,
    const RoundTrip[::1] opened not None,
    const int64_t[::1] times,        # seconds; None: not known
    double periods_per_year,
    double risk_free_rate,
    double minimum_return,
    bint gaussian,
    bint distribution,
) -> dict:
    """Every figure by its name, None where it is not defined."""
    cdef:
        const RoundTrip* ended = NULL
        const RoundTrip* going = NULL
        const double* held = NULL
        const int64_t* seconds = NULL
        Basis basis
        Figures found
        int failed = 0
    if closed.shape[0]:
        ended = &closed[0]
    if opened.shape[0]:
        going = &opened[0]
    if exposure is not None:
        held = &exposure[0]
    if times is not None:
        seconds = &times[0]
    basis = basis_of(periods_per_year, risk_free_rate, minimum_return, seconds, gaussian)
    with nogil:
        if distribution:
            failed = whole(
                &equity[0], equity.shape[0], initial, held, ended, closed.shape[0], going, opened.shape[0], &basis,
                &found
            )
        else:
            moments(
                &equity[0], equity.shape[0], initial, held, ended, closed.shape[0], going, opened.shape[0], &basis,
                &found
            )
    if failed:
        raise MemoryError
    return as_dict(&found)


cdef dict as_dict(const Figures* found):
    cdef:
        dict told = {}
        Py_ssize_t i
        double value
    for i in range(FIELDS):
        value = (<const double*>found)[i]
        if isnan(value) or isinf(value):
            told[FIGURES[i]] = None
        elif WHOLE[i]:
            told[FIGURES[i]] = <Py_ssize_t>value
        else:
            told[FIGURES[i]] = value
    return told
