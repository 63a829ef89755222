"""What a run reads and what it leaves behind, as C: bars, orders, rules, a book of fills.

Series are rows of one block, `m` rows of `n` bars each, oldest first. Whoever fills these structs keeps the arrays.
"""
from mojo_compute.backtesting._costs cimport Costs

cdef enum:  # places of a bar
    AT_OPEN = 0
    WITHIN = 1
    AT_CLOSE = 2

cdef enum:  # Execution.fill
    NEXT_OPEN = 0
    THIS_CLOSE = 1
    NEXT_CLOSE = 2

cdef enum:  # Execution.size_type
    BY_EQUITY = 0
    BY_QUANTITY = 1
    BY_CASH = 2
    BY_VOLATILITY = 3
    BY_KELLY = 4

cdef enum:  # bits of a code
    ENTER_LONG = 1
    EXIT_LONG = 2
    ENTER_SHORT = 4
    EXIT_SHORT = 8

cdef enum:  # runs.REASONS
    ENTRY = 0
    EXIT = 1
    REVERSAL = 2
    STOP_LOSS = 3
    TRAILING_STOP = 4
    TAKE_PROFIT = 5
    TIME_STOP = 6
    REBALANCE = 7
    MARGIN_CALL = 8

cdef enum:  # runs.SKIPS
    SIZE_ZERO = 0
    NO_CASH = 1
    MAX_ENTRIES = 2
    NO_VOLUME = 3
    VOLUME_LIMIT = 4
    EXPIRED = 5
    END_OF_DATA = 6
    RUINED = 7

cdef enum:  # state of a bar
    ABSENT = 0
    TRADED = 1
    QUIET = 2  # a bar on which nothing was traded

cdef enum:  # kinds of a waiting order
    NO_ORDER = 0
    MARKET_ORDER = 1
    RESTING_ORDER = 2

cdef enum:  # what `run` answers
    DONE = 0
    NO_MEMORY = -1
    STOPPED = -2


cdef struct Market:
    Py_ssize_t m
    Py_ssize_t n
    const double* open
    const double* high
    const double* low
    const double* close
    const double* volume        # NULL: not known
    const unsigned char* state  # of each bar of each row; NULL: all TRADED
    const int* days             # of each bar, since 1970; NULL: not known


cdef struct Action:  # of a company, on its ex-date
    int bar
    int row
    double ratio      # new shares for an old one
    double dividend   # rupees a share, after the split


cdef struct Orders:  # all but codes or weights may be NULL
    const unsigned char* codes
    const double* limit
    const double* stop
    const double* stop_distance
    const double* target_distance
    const double* trail_distance
    const double* priority
    const double* weights
    const Action* actions       # in the order of their bars
    Py_ssize_t actions_count


cdef struct Rules:
    double capital
    int size_type
    double size
    int volatility_window
    int kelly_trades
    int max_entries
    double lot
    double tick              # below 0: the exchange's table
    int fill
    unsigned char mask       # of the codes' bits that are traded
    double bps               # as a fraction
    double ticks
    double impact
    double volume_limit
    double stop_loss         # NaN: none, and so below
    double take_profit
    double trailing_stop
    int max_bars             # 0: none
    int order_bars
    double leverage
    double maintenance
    double periods_per_year
    bint excursions          # whether MAE and MFE are wanted


cdef struct Fill:  # runs.FILL
    int bar
    int row
    double quantity
    double price
    double cost
    double pnl
    int reason
    int whole


cdef struct Trip:  # runs.ROUND_TRIP
    int row
    int side
    int entry_bar
    int exit_bar
    double quantity
    double entry_price
    double exit_price
    double costs
    double pnl
    double gain
    double mae
    double mfe
    int reason
    int entries


cdef struct Skip:  # runs.SKIPPED
    int bar
    int row
    int reason
    int count


cdef struct Position:
    double quantity          # below 0: short
    double price             # average of its entries
    double costs             # of its entries
    double last              # close
    double best              # price since entry, of the bars before `best_until`
    double lowest            # prices since entry, of the bars before `seen_until`
    double highest
    double stop_distance     # NaN: as the rules have it
    double target_distance
    double trail_distance
    double base              # price of the bar at which the last entry came in, before slippage
    Py_ssize_t entry_bar
    Py_ssize_t last_entry_bar
    Py_ssize_t best_until
    Py_ssize_t seen_until
    int entries
    int last_place           # of the bar, where the last entry came in
    bint opened_late         # opened within its bar
    bint guarded             # a stop or a target is active


cdef struct Waiting:
    int exit                 # reason of a market exit that waits; 0: none
    int kind                 # of the entry order that waits
    int side
    bint triggered           # a stop-limit order whose stop was met
    bint weighted            # a weight waits
    int left                 # bars that a resting order may still stand; 0: until it is cancelled
    Py_ssize_t signal        # bar of the entry order
    double limit
    double stop
    double scale             # old prices for a new one, since the order's bar
    double weight
    double priority
    double wanted            # of a rebalance: shares to add, and at which prices
    double wanted_price


cdef struct Book:
    # where the curves go, n numbers each; cash, exposure and positions (m * n) may be NULL
    double* equity
    double* cash
    double* exposure
    double* positions
    Fill* fills
    Py_ssize_t fills_count
    Py_ssize_t fills_room
    Trip* trips
    Py_ssize_t trips_count
    Py_ssize_t trips_room
    Trip* open_trades
    Py_ssize_t open_count
    Skip* skips
    Py_ssize_t skips_count
    Py_ssize_t skips_room
    Py_ssize_t ambiguous
    # of the rows, `rows_room` each
    Position* position
    Waiting* waiting
    double* mark
    int* queue
    Py_ssize_t rows_room
    unsigned char* columns     # of the bars: the codes of all rows
    Py_ssize_t columns_room
    double* spare              # exposure, where it is not asked for and yet needed
    Py_ssize_t spare_room


cdef struct Sim:
    const Market* market
    const Orders* orders
    const Rules* rules
    const Costs* costs
    Book* book
    const unsigned char* columns
    double* exposure
    Py_ssize_t bar
    Py_ssize_t marked          # bars whose marks are written
    Py_ssize_t coming          # the next bar with a code
    Py_ssize_t after           # the one after that
    int period                 # of the costs
    double cash
    Py_ssize_t held            # rows with a position
    Py_ssize_t shorts
    Py_ssize_t waiting         # rows with an order that fills at the next chance
    Py_ssize_t resting
    Py_ssize_t guarded
    Py_ssize_t next_action
    Py_ssize_t wins
    Py_ssize_t losses
    Py_ssize_t trades
    double won
    double lost
    bint called                # for margin, at this bar's close
    bint ruined                # nothing left, nothing held
    bint failed                # no memory
