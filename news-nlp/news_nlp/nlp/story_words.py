"""Words that decide whether two headlines tell one story: what tells nothing, the same, the contrary."""

from __future__ import annotations

from news_nlp.nlp.aliases import words_of

STOP_WORDS = words_of(
    "a an the of in on at to for as by and or with from its it is are was be after over amid has have will this "
    "that into via through against vs than more helped share shares stock stocks scrip counter worth about around "
    "nearly almost says said today ltd limited company firm ends end closes close settles settle closing bell "
    "opening opens hits hit scales touches touch board reports report posts post logs market markets likely "
    "set another across during clocks quarter year yoy ago net standalone consolidated results plans plan eyes "
    "joint basis ratio certificate supreme india indian new per off out back"
)
# The first word of a group stands for all
SYNONYMS = (
    "win wins won bag bags secure secures receive receives get gets got land lands clinch clinches issue issues "
    "grant grants give gives award awards",
    "order orders contract contracts",
    "up rise rises rose gain gains jump jumps surge surges rally rallies climb climbs advance advances soar soars "
    "raise raises hike hikes higher grow grows grew growth zoom zooms spurt spurts expand expands swell swells "
    "increase increases accelerate accelerates widen widens improve improves upgrade upgrades spike spikes rocket "
    "rockets add adds",
    "down fall falls fell drop drops slip slips decline declines slide slides tumble tumbles plunge plunges lose "
    "loses cut cuts trim trims lower lowers slump slumps tank tanks crash crashes dip dips sink sinks dive dives "
    "skid skids shed sheds ease eases cool cools soften softens moderate moderates slash slashes reduce reduces "
    "lay lays downgrade downgrades narrow narrows shrink shrinks crack cracks nosedive nosedives plummet plummets "
    "weaken weakens",
    "profit pat earnings income",
    "revenue topline sales turnover",
    "buy buys acquire acquires acquisition buyout takeover purchase purchases",
    "sell sells sold divest divests offload offloads withdraw withdraws pull pulls outflow outflows selling dump dumps",
    "merge merges merger amalgamate amalgamates amalgamation",
    "demerge demerges demerger spin spins spinoff hive hives",
    "appoint appoints name names reappoint reappoints elevate elevates",
    "quit quits resign resigns resignation exit exits retire retires step steps",
    "approve approves approval nod clear clears clearance greenlight greenlights announce announces declare "
    "declares recommend recommends sanction",
    "record highest lifetime",
    "high peak",
    "low lowest",
    "under below",
    "fine fines penalty penalise penalises",
    "bar bars ban bans debar debars",
    "curb curbs restriction restrictions",
    "lift lifts remove removes revoke revokes",
    "levy levies impose imposes slap slaps",
    "demand notice",
    "probe inquiry",
    "dividend payout",
    "hold holds keep keeps unchanged retain retains maintain maintains steady flat",
    "point points pts bps",
    "output production",
    "plant facility factory unit works",
    "arm subsidiary",
    "deal agreement pact mou",
    "sign signs ink inks",
    "partner partners collaborate collaborates tie",
    "venture jv",
    "drug medicine",
    "aircraft plane planes jet jets",
    "flats apartments homes home housing house",
    "jobs job employees employee staff workers workforce",
    "reject rejects dismiss dismisses",
    "plea pleas petition petitions",
    "court sc",
    "government govt centre",
    "offer ofs",
    "foreign fpi fpis fii fiis",
    "retail cpi",
    "repo policy",
    "noc objection",
    "list lists debut debuts",
    "launch launches unveil unveils introduce introduces",
    "start starts begin begins commence commences commission commissions",
    "delay delays delayed defer defers postpone postpones",
    "fear fears worry worries concern concerns jitters woes",
    "estimate estimates expectation expectations forecast forecasts",
    "miss misses disappoint disappoints",
    "beat beats exceed exceeds top tops",
    "strong robust solid healthy",
    "weak sluggish tepid muted",
    "price prices rate rates",
    "promoter founder",
    "gram grams gm gms",
    "gurugram gurgaon",
    "bengaluru bangalore",
    "double doubles twofold",
    "triple triples treble trebles threefold",
    "ceo chief",
    "stake holding shareholding",
    "offtake dispatches dispatch",
    "helicopters helicopter chopper choppers",
    "crude oil",
    "tonne tonnes ton tons",
    "loan lending",
    "bond bonds ncd ncds debenture debentures note notes",
    "due because",
)
# Days and ordinals tell the pieces of a series apart, as months and quarters do
CALENDAR = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "first second third fourth fifth sixth seventh eighth ninth tenth",
)
MONTHS = (
    "january jan", "february feb", "march", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)  # fmt: skip
# What tells the one is other news than what tells the other only; forms of one word need not stand here twice
CONTRARIES = (
    "raise hike increase / cut reduce lower trim slash / invest spend",
    "open opening / close closing end settle",
    "bonus / dividend / split / buyback / bond ncd debenture / rights / qip",
    "tablet / injection injectable / capsule / cream / ointment / suspension / inhaler / vaccine",
    "cancer / diabetes / asthma / hiv / hypertension / epilepsy / depression / arthritis",
    "smallcap / midcap / largecap",
    "solar / wind / hydro / thermal / nuclear",
    "export / import",
    "impose / lift remove revoke",
    "aluminium / zinc / copper / steel / silver / gold",
    "delhi / mumbai / bengaluru bangalore / hyderabad / chennai / kolkata / pune / ahmedabad / noida / gurugram "
    "gurgaon / jaipur",
    "maharashtra / gujarat / rajasthan / haryana / punjab / karnataka / kerala / tamil / telangana / andhra / "
    "odisha / bihar / jharkhand / chhattisgarh / assam / goa / bengal / uttar / madhya / himachal / uttarakhand / "
    "jammu",
    "us usa american / uk britain british / europe european eu / japan japanese / china chinese / saudi / qatar / "
    "uae dubai / germany german / france french / canada canadian / russia russian / brazil / australia "
    "australian",
)
# A capital makes no name of these
UNNAMING = words_of(
    "ceo cfo coo md chairman chief ipo ofs qip gdp cpi wpi gst fii fiis fpi fpis dii diis foreign pat ebitda arpu aum "
    "npa capex us government govt centre retail mpc jv mou pact agm egm court sc supreme stock market"
)
# A headline with one of them is about a day: on the next day it is other news
DAILY = words_of(
    "today bell live watch outlook rupee ends settles closes opens gainers losers intraday premarket preview wrap"
)
