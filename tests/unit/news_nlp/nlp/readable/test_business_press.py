"""Headlines in the manner of the business press, written before they were read, that once were misread."""

from __future__ import annotations

import pytest
from news_nlp.nlp import compiled, readable

BULLISH = """
TCS lands multi-year deal with Danish insurer Tryg
Waaree Energies gets 540 MW solar module supply order
This smallcap stock can deliver 45% returns in a year, says Axis Securities
Promoters release entire pledged shares in Adani Green
Maruti Suzuki restarts production at Gurugram plant
Tata Power commissions 300 MW hydro unit ahead of schedule
RBI cuts repo rate by 25 bps to 5.25%; EMIs set to fall
Silver breaches Rs 2 lakh mark for first time
Garden Reach emerges as L1 for navy's next-gen corvettes worth Rs 25,000 crore
Inox Wind receives repeat order for 201 MW from Continuum
Glenmark's Monroe facility cleared by US drug regulator
RBI's eased project finance norms a boost for PFC, REC
Hindalco's Novelis Oswego plant back online ahead of schedule
Wholesale inflation slips into negative zone
Tata Technologies IPO booked 69 times on last day
Smallcap gem: 300% return in one year and counting
Apar Industries gets transmission line orders worth Rs 900 crore
Cipla's inhaler gets green light from US regulator
RBI removes restrictions on Navi Finserv
CCI closes case against UFO Moviez
Gold glitters at Rs 1.4 lakh on Fed cut bets
KSH International IPO sails past full subscription
Laurus Labs stuns Street with fourfold rise in profit
Lloyds Metals allots preferential shares at premium to market price
Alembic Pharma gets USFDA go-ahead for eye drops
Govt to exempt small exporters from GST audit
India's current account swings to surplus of $13.5 billion
RBI steps in, rupee claws back losses
Metal stocks steal the show; Hindalco, Vedanta at peaks
ICICI Pru AMC issue booked 39x
""".strip().splitlines()

BEARISH = """
Yes Bank's gross bad loans climb to 2.4% of advances
Promoter pledge in Zee rises to 40% of holding
Income tax department conducts searches at Polycab premises
Top-level exits continue at Ola Electric as CTO steps down
Fed's Powell dashes hopes of December rate cut
Tata Capital makes muted debut, lists at just 1% premium
Death cross on Wipro charts; is it time to exit?
Sterlite Tech Q4 loss widens multi-fold
Bernstein says sell Paytm after sharp rally
FSSAI pulls up Nestle over sugar in baby food
Ola Electric registrations halve in November; TVS, Bajaj gain share
Tata Motors' CV sales hit a bump in July
Tomato, onion prices push up retail inflation to 3-month high
Below-normal monsoon to crimp rural demand: Skymet
Gold prices tank Rs 5,000 in two days; is the rally over?
Dr Reddy's Q3 in line, but revlimid cliff looms
Ambit says time to take money off the table in defence stocks
Sebi freezes LS Industries promoters' accounts over price rigging
IRDAI pulls up Star Health over claim settlement
Court issues non-bailable warrant against former Religare chief
Mass resignations at Byju's: Two more directors walk out
Foreign investors yank $3 billion from Indian shares
Shadowfax IPO sees lukewarm demand on day 1
Jubilant FoodWorks: Margins under the pump despite robust orders
Westlife Q2 net profit all but vanishes
Kansai Nerolac says early monsoon washed away paint demand in Q1
ED searches multiple premises of Hero MotoCorp chairman
Antitrust watchdog finds Asian Paints abused dominance
Car sales brake in May as entry-level demand dries up
Quick commerce fight heats up: Swiggy, Eternal tumble
Excelsoft's listing gains evaporate
Not so fast: Ola Electric's rally fades
""".strip().splitlines()

NEUTRAL = """
Hold JK Lakshmi Cement; target of Rs 900: Prabhudas Lilladher
Dividend stocks: TCS, Britannia, 8 others to trade ex-dividend this week
MCX sets January 2 as record date for 1:5 stock split
Stock split: Adani Power shares trade ex-split today
Auto sales preview: Mixed bag likely for carmakers in August
F&O ban list: SAIL, RBL Bank among 5 stocks under ban today
Infosys rolls out salary hikes for junior employees
Ola Electric gets board approval to raise up to Rs 1,700 crore
Haldiram's in advanced talks with Temasek for minority stake sale
Akzo Nobel parent weighs sale of India powder business
""".strip().splitlines()

EVENTS = """
deal: Promoter pledge in Zee rises to 40% of holding
deal: Promoters release entire pledged shares in Adani Green
deal: Carlyle dumps entire holding in PNB Housing; stock ends 5% lower
deal: Tata Motors completes Iveco deal; analysts see long-term gains
deal: Dalmia Bharat loses Jaypee bid race to Vedanta
deal: Vijay Kedia exits this smallcap stock; shares plunge
deal: Ashish Kacholia adds this multibagger to portfolio; stock zooms 10%
deal: HUL to buy remaining 49% in Oziva
deal: Vodafone Plc unloads 3% of Indus Towers; stock cracks 5%
deal: Bain Capital to pump Rs 4,385 crore into Manappuram, shares at all-time high
deal: Aurobindo drops out of race for Prague-based Zentiva
deal: Akzo Nobel parent weighs sale of India powder business
dividend: Bonus bonanza: This PSU stock gives third bonus in five years
macro: India's GDP grows 8.2% in Q2, beats estimates
macro: Gold climbs to fresh peak of Rs 1.3 lakh on safe-haven demand
macro: Silver breaches Rs 2 lakh mark for first time
macro: Trump slaps 50% tariff on Indian goods; exporters stare at losses
macro: Moody's ups India growth projection to 7%
macro: Powell strikes hawkish tone; Wall Street tumbles
macro: India's industrial growth loses momentum, slips to 3-month low
macro: Foreign investors yank $3 billion from Indian shares
macro: India clinches trade pact with EU; textile stocks cheer
macro: Gold loses shine, tumbles Rs 2,100 in Delhi
macro: Good rains, GST cuts to aid rural demand: FinMin
macro: India's jobless rate climbs to 5.6% in May
macro: Gold sheds Rs 1,500 as traders lock in gains
macro: Silver shines, up Rs 8,000 to hit lifetime peak
management: Nestle India's Suresh Narayanan to retire; Manish Tiwary to take over as MD
management: Who is Rajesh Jejurikar's successor at M&M?
management: BHEL gets full-time CMD
management: Ola Electric loses another senior executive
management: Mass resignations at Byju's: Two more directors walk out
management: Star Health stock down after MD puts in papers
management: Infighting at Tata Trusts spooks Tata group investors
order_win: Mazagon Dock in line for Rs 70,000 crore submarine contract, stock up 4%
order_win: Vascon sinks as hospital contract terminated by state
order_win: MTAR shares slump after key customer defers orders
order_win: Bharat Forge clinches Rs 6,900 crore artillery gun deal
rating: This smallcap stock can deliver 45% returns in a year, says Axis Securities
rating: Should you buy, sell or hold Infosys shares after Q2 results?
rating: Technical breakout: HDFC Life can rally 12% in short term, say analysts
rating: HSBC cuts Zomato rating, says quick commerce competition to dent profits
rating: Citi opens 90-day positive catalyst watch on L&T
rating: Top 5 dividend-paying PSU stocks analysts are betting on
rating: Dalal Street experts recommend these 4 stocks for gains up to 18%
rating: Bajaj Finserv can hit Rs 2,300 in six months: Sumeet Bagadia
rating: Bank Nifty faces hurdle at 58,000; sell on rise, say experts
rating: Ambit says time to take money off the table in defence stocks
rating: Why Jefferies thinks M&M can deliver 25% returns
rating: Three largecaps with potential to surge over 30%, as per analysts
rating: Nifty chart hints at up move to 26,500; Buy on dips
rating: Citi cuts Cummins India to sell citing rich valuations
rating: CRISIL puts Nuvoco on negative watch
rating: Dhanuka Agritech: What should you do with the stock now?
rating: Stock radar: This pharma stock is on the cusp of a breakout
rating: Technical view: Nifty could drift toward 24,000 if support cracks
regulatory: CCI clears Bharti's bid for Haier India stake
regulatory: NTPC Green gets environment clearance for Andhra project
regulatory: Relief for Infosys as GST authorities close Rs 32,403 crore demand
regulatory: Sebi cracks whip on finfluencer Avadhut Sathe, impounds Rs 546 crore
regulatory: US SEC seeks to summon Gautam Adani over bribery charges
regulatory: FSSAI pulls up Nestle over sugar in baby food
regulatory: Tighter F&O rules to hit brokers' revenue; Angel One, BSE sink
regulatory: Online gaming ban: Nazara crashes 13%
regulatory: Sebi freezes LS Industries promoters' accounts over price rigging
regulatory: Karnataka HC gives relief to Ola, Uber on bike taxis
regulatory: Cipla's inhaler gets green light from US regulator
regulatory: Court issues non-bailable warrant against former Religare chief
regulatory: Alembic Pharma gets USFDA go-ahead for eye drops
regulatory: Govt notifies new rules for online gaming firms
regulatory: Govt to exempt small exporters from GST audit
results: L&T Technology Services cuts FY guidance, blames weak client spending
results: HDFC Bank's gross NPA ratio falls to 1.24%
results: Maruti Suzuki October sales up 7% at 2.2 lakh units, highest ever
results: Hyundai Motor India's domestic sales slip 11% in May
results: Hero MotoCorp dispatches decline 36% in April as plants shut
results: Auto sales preview: Mixed bag likely for carmakers in August
results: Despite revenue miss, HCL Tech shares gain on strong deal pipeline
results: DMart shares fall despite 17% jump in revenue
results: ITC volumes grow but cigarette margin shrinks, stock slips
results: Coforge's attrition inches up, margin misses Street view
results: M&M SUV sales zoom 31% in October on festive cheer
results: Ola Electric registrations halve in November; TVS, Bajaj gain share
results: Dr Reddy's Q3 in line, but revlimid cliff looms
results: Polycab delivers blowout quarter; wires and cables growth at 27% - CNBC TV18
results: Tanla Platforms: Revenue growth remains elusive, EBIT slips - Mint
results: Karnataka Bank's slippages decline, NIM recovers 12 bps
results: LTIMindtree sees growth acceleration in second half after strong Q2
results: Devyani International stays in the red for third straight quarter
results: Aditya Birla Fashion posts wider loss; stock at 2-year low
results: Bajaj Auto exports power 8% jump in December wholesales
results: Escorts Kubota tractor sales stumble in October
results: Not out of the woods yet: Vodafone Idea's Q3 fails to impress
results: Profit dips, but Asian Paints wins analysts over with volume revival
results: Utkarsh SFB slips into the red as microfinance pain lingers
results: Brigade Enterprises clocks best-ever annual pre-sales of Rs 7,847 crore
results: Toyota Kirloskar posts highest-ever monthly wholesales
results: Car sales brake in May as entry-level demand dries up
""".strip().splitlines()


@pytest.mark.parametrize(
    ("sentiment", "text"),
    [
        *(("bullish", text) for text in BULLISH),
        *(("bearish", text) for text in BEARISH),
        *(("neutral", text) for text in NEUTRAL),
    ],
)
def test_the_press_is_read_as_its_readers_do(sentiment: str, text: str):
    assert readable.understand(text).sentiment == sentiment
    assert compiled.understand(text).sentiment == sentiment


@pytest.mark.parametrize(("event", "text"), [row.split(": ", 1) for row in EVENTS])
def test_the_press_tells_what_kind_of_news_it_is(event: str, text: str):
    assert readable.understand(text).event == event
    assert compiled.understand(text).event == event
