"""What a run was worth, in numbers, for other compiled modules. Everything is a double; NaN: not defined.

Definitions and their sources stand in docs/BACKTESTING.md. `moments` is what one reading of the equity gives, `whole`
gives the distribution's figures too, which take a second reading and a selection.
"""
from libc.stdint cimport int32_t, int64_t


cdef struct RoundTrip:  # a row of runs.ROUND_TRIP
    int32_t row
    int32_t side
    int32_t entry_bar
    int32_t exit_bar
    double quantity
    double entry_price
    double exit_price
    double costs
    double pnl
    double gain
    double mae
    double mfe
    int32_t reason
    int32_t entries


cdef struct Basis:
    double periods_per_year
    double risk_free           # a bar
    double minimum             # a bar: what Sortino and Omega ask for
    const int64_t* times       # seconds, one for each bar; NULL: not known
    bint gaussian              # VaR and CVaR from mean and deviation, not from the returns themselves


cdef struct Figures:  # in the order of a reply; the names are the reply's
    double bars
    double periods_per_year
    # growth
    double total_return
    double cagr
    double annual_return
    double annual_volatility
    double sharpe_ratio
    double sortino_ratio
    double calmar_ratio
    double omega_ratio
    double final_equity
    double peak_equity
    # drawdowns
    double max_drawdown
    double max_drawdown_bars
    double max_drawdown_days
    double avg_drawdown
    double avg_drawdown_bars
    double ulcer_index
    double recovery_factor
    # the book
    double exposure
    double turnover
    double total_costs
    # closed trades, net of costs
    double total_trades
    double profitable_trades
    double losing_trades
    double win_rate
    double avg_win
    double avg_loss
    double best_trade
    double worst_trade
    double profit_factor
    double expectancy
    double avg_pnl
    double payoff_ratio
    double sqn
    double kelly
    double avg_bars
    double avg_win_bars
    double avg_loss_bars
    double max_bars
    double max_consecutive_wins
    double max_consecutive_losses
    double avg_mae
    double avg_mfe
    # trades still open
    double open_trades
    double open_pnl
    # the distribution of returns: `whole` only
    double var_95
    double cvar_95
    double tail_ratio
    double skew
    double kurtosis
    double psr
    double best_bar
    double worst_bar
    double positive_bars


# Per bar what is told per year: annual rates, as fractions.
cdef Basis basis_of(
    double periods_per_year, double risk_free_rate, double minimum_return, const int64_t* times, bint gaussian
) noexcept nogil

# Everything but the distribution, whose fields become NaN. Allocates nothing.
cdef void moments(
    const double* equity,         # IN  at each close
    Py_ssize_t bars,              # IN  1 or more
    double initial,               # IN  above 0: what was paid in before bar 0
    const double* exposure,       # IN  worth of all positions at each close; NULL: there is one symbol
    const RoundTrip* closed,      # IN  in the order of their exits
    Py_ssize_t closed_count,
    const RoundTrip* opened,      # IN  what is still open
    Py_ssize_t opened_count,
    const Basis* basis,
    Figures* out,
) noexcept nogil

# All of it: the same bits as `moments`, and the distribution. -1: no memory.
cdef int whole(
    const double* equity, Py_ssize_t bars, double initial, const double* exposure,
    const RoundTrip* closed, Py_ssize_t closed_count, const RoundTrip* opened, Py_ssize_t opened_count,
    const Basis* basis, Figures* out,
) noexcept nogil
