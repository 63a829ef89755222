"""What headlines call the large companies, and what they mean by it."""

from __future__ import annotations

import pytest
from news_nlp import nlp

NAMES = """
RELIANCE: RIL, Reliance, Reliance Industries, Reliance Jio, Reliance Retail
TCS: TCS, Tata Consultancy, Tata Consultancy Services
HDFCBANK: HDFC Bank
ICICIBANK: ICICI Bank, ICICI
INFY: Infosys, Infy
SBIN: SBI, State Bank of India
BHARTIARTL: Airtel, Bharti Airtel
ITC: ITC
LT: L&T, Larsen & Toubro, Larsen and Toubro, Larsen
HINDUNILVR: HUL, Hindustan Unilever
KOTAKBANK: Kotak Mahindra Bank, Kotak Bank
AXISBANK: Axis Bank
BAJFINANCE: Bajaj Finance
BAJAJFINSV: Bajaj Finserv
BAJAJ-AUTO: Bajaj Auto
BAJAJHFL: Bajaj Housing Finance
M&M: M&M, Mahindra & Mahindra, Mahindra
M&MFIN: M&M Financial Services, Mahindra Finance
TECHM: Tech Mahindra, TechM
MARUTI: Maruti, Maruti Suzuki
TMPV: Tata Motors, TMPV, JLR
TATASTEEL: Tata Steel
TATAPOWER: Tata Power
TATACONSUM: Tata Consumer, Tata Consumer Products
TATACOMM: Tata Communications
TATATECH: Tata Technologies, Tata Tech
TATAELXSI: Tata Elxsi
TATACHEM: Tata Chemicals
SUNPHARMA: Sun Pharma
DRREDDY: Dr Reddy's, Dr Reddys, Dr. Reddy's Labs, DRL
DIVISLAB: Divi's Labs, Divis Labs
CIPLA: Cipla
LUPIN: Lupin
TORNTPHARM: Torrent Pharma
TORNTPOWER: Torrent Power
ZYDUSLIFE: Zydus Life, Zydus Lifesciences
AUROPHARMA: Aurobindo Pharma
MANKIND: Mankind Pharma
GLENMARK: Glenmark, Glenmark Pharma
APOLLOHOSP: Apollo Hospitals
MAXHEALTH: Max Healthcare
FORTIS: Fortis Healthcare, Fortis
ADANIENT: Adani Enterprises
ADANIPORTS: Adani Ports, APSEZ
ADANIPOWER: Adani Power
ADANIGREEN: Adani Green
ADANIENSOL: Adani Energy Solutions
ATGL: Adani Total Gas
AMBUJACEM: Ambuja Cements, Ambuja
ACC: ACC
ULTRACEMCO: UltraTech, UltraTech Cement
SHREECEM: Shree Cement
GRASIM: Grasim
HINDALCO: Hindalco
JSWSTEEL: JSW Steel
JSWENERGY: JSW Energy
JINDALSTEL: Jindal Steel, JSPL
VEDL: Vedanta
HINDZINC: Hindustan Zinc
NATIONALUM: Nalco
NMDC: NMDC
SAIL: SAIL
COALINDIA: Coal India, CIL
ONGC: ONGC
OIL: Oil India
IOC: IOC, Indian Oil, IOCL
BPCL: BPCL
HINDPETRO: HPCL
GAIL: GAIL
NTPC: NTPC
NTPCGREEN: NTPC Green
POWERGRID: Power Grid, PowerGrid
NHPC: NHPC
BEL: BEL, Bharat Electronics
HAL: HAL, Hindustan Aeronautics
BHEL: BHEL
BDL: Bharat Dynamics
MAZDOCK: Mazagon Dock
COCHINSHIP: Cochin Shipyard
RVNL: RVNL
IRFC: IRFC
IRCTC: IRCTC
PFC: PFC, Power Finance Corp
RECLTD: REC, REC Ltd
IREDA: IREDA
HUDCO: HUDCO
LICI: LIC
LICHSGFIN: LIC Housing Finance
SBILIFE: SBI Life
SBICARD: SBI Cards, SBI Card
HDFCLIFE: HDFC Life
HDFCAMC: HDFC AMC
ICICIPRULI: ICICI Prudential Life, ICICI Pru Life
ICICIGI: ICICI Lombard
MFSL: Max Financial
JIOFIN: Jio Financial, Jio Financial Services
SHRIRAMFIN: Shriram Finance
CHOLAFIN: Cholamandalam Finance, Chola Finance
MUTHOOTFIN: Muthoot Finance
PNB: PNB, Punjab National Bank
BANKBARODA: Bank of Baroda, BoB
CANBK: Canara Bank
UNIONBANK: Union Bank
INDIANB: Indian Bank
IDFCFIRSTB: IDFC First Bank, IDFC First
INDUSINDBK: IndusInd Bank
YESBANK: Yes Bank
FEDERALBNK: Federal Bank
AUBANK: AU Small Finance Bank, AU Bank
WIPRO: Wipro
HCLTECH: HCL Tech, HCLTech
LTM: LTIMindtree
LTTS: LTTS
LTF: L&T Finance
MPHASIS: Mphasis
COFORGE: Coforge
OFSS: Oracle Financial Services
KPITTECH: KPIT Tech, KPIT
NESTLEIND: Nestle, Nestle India
BRITANNIA: Britannia Industries
DABUR: Dabur
MARICO: Marico
COLPAL: Colgate, Colgate-Palmolive India
GODREJCP: Godrej Consumer, GCPL
GODREJPROP: Godrej Properties
ASIANPAINT: Asian Paints
BERGEPAINT: Berger Paints
PIDILITIND: Pidilite
UNITDSPR: United Spirits, USL
VBL: Varun Beverages
PATANJALI: Patanjali Foods
TITAN: Titan Company
TRENT: Trent Ltd
DMART: DMart, Avenue Supermarts
ETERNAL: Zomato, Blinkit
SWIGGY: Swiggy
PAYTM: Paytm, One97 Communications
NYKAA: Nykaa
POLICYBZR: PB Fintech, Policybazaar
NAUKRI: Info Edge
INDIGO: IndiGo, InterGlobe Aviation
IDEA: Vodafone Idea, Voda Idea
INDUSTOWER: Indus Towers
BHARTIHEXA: Bharti Hexacom
HEROMOTOCO: Hero MotoCorp
EICHERMOT: Eicher Motors, Royal Enfield
TVSMOTOR: TVS Motor
ASHOKLEY: Ashok Leyland
BOSCHLTD: Bosch
MRF: MRF
APOLLOTYRE: Apollo Tyres
MOTHERSON: Samvardhana Motherson, Motherson
BHARATFORG: Bharat Forge
EXIDEIND: Exide Industries
TIINDIA: Tube Investments
CUMMINSIND: Cummins India
SIEMENS: Siemens
ABB: ABB India
CGPOWER: CG Power
HAVELLS: Havells
POLYCAB: Polycab
KEI: KEI Industries
VOLTAS: Voltas
BLUESTARCO: Blue Star
DIXON: Dixon Technologies
SUZLON: Suzlon, Suzlon Energy
WAAREEENER: Waaree Energies
PREMIERENE: Premier Energies
DLF: DLF
LODHA: Lodha Developers, Macrotech Developers
OBEROIRLTY: Oberoi Realty
PRESTIGE: Prestige Estates
PHOENIXLTD: Phoenix Mills
INDHOTEL: Indian Hotels, IHCL
ITCHOTELS: ITC Hotels
JUBLFOOD: Jubilant FoodWorks
PAGEIND: Page Industries
KALYANKJIL: Kalyan Jewellers
GMRAIRPORT: GMR Airports
CONCOR: Container Corporation, Concor
UPL: UPL
PIIND: PI Industries
SRF: SRF
COROMANDEL: Coromandel International
SOLARINDS: Solar Industries
BSE: BSE
MCX: MCX
CDSL: CDSL
HYUNDAI: Hyundai Motor India
OLAELEC: Ola Electric
VMM: Vishal Mega Mart
ABCAPITAL: Aditya Birla Capital
ABFRL: Aditya Birla Fashion
RPOWER: Reliance Power
RELINFRA: Reliance Infra
"""
PAIRS = [
    (name.strip(), symbol)
    for line in NAMES.strip().splitlines()
    for symbol, _, names in [line.partition(": ")]
    for name in names.split(",")
]
SENTENCES = (
    "{} shares rise 2% in early trade",
    "Brokerages upgrade {} after Q2 results",
    "Sebi asks {}, two others to reply",
    "{}'s board meets on Friday",
    "Buzzing stocks: Infosys, {} and Cipla",
)


@pytest.mark.parametrize(("name", "symbol"), PAIRS)
def test_a_large_company_is_known_by_the_name_that_headlines_use(name: str, symbol: str):
    for sentence in SENTENCES:
        found = {entity.symbol for entity in nlp.entities(sentence.format(name)) if entity.kind == "company"}
        assert found - {"INFY", "CIPLA"} == {symbol} - {"INFY", "CIPLA"}, sentence.format(name)
