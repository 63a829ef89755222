// Walks through the dashboard of a running stack as a user would and prints what it saw as one JSON object.
//
// CHITTI_URL, CHITTI_PASSWORD   the stack and admin's password
// CHITTI_FEED                   a feed whose articles raise alerts; none of them ingested yet
// CHITTI_GATEWAY_PID            core-api's process: it is killed once
// CHROMIUM, PICTURES            the browser; where to put screenshots (optional)
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { chromium } from 'playwright-core';

const {
  CHITTI_URL: url,
  CHITTI_PASSWORD: password,
  CHITTI_FEED,
  CHITTI_GATEWAY_PID,
  CHROMIUM,
  PICTURES,
} = process.env;
const WITHIN_MS = 30_000;
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const report = { errors: [], outage: [] };
let errors = report.errors;

/** A login of its own, beside the page's. */
async function bearer() {
  const form = new URLSearchParams({ username: 'admin', password });
  const reply = await fetch(`${url}/api/auth/token`, { method: 'POST', body: form });
  return `Bearer ${(await reply.json()).access_token}`;
}

const authorization = await bearer();

async function api(path, init = {}) {
  const headers = { authorization, ...init.headers };
  const reply = await fetch(`${url}${path}`, { ...init, headers });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}

const ingest = (document) =>
  api('/api/news/ingest', { method: 'POST', body: document, headers: { 'content-type': 'application/xml' } });

/** The feed as two: the items with an even number, those with an odd one. */
function halves(feed) {
  return [0, 1].map((half) => {
    let number = 0;
    return feed.replace(/<item>[^]*?<\/item>/g, (item) => (number++ % 2 === half ? item : ''));
  });
}

async function until(condition, what) {
  const end = Date.now() + WITHIN_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${WITHIN_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const shownIds = (page) => page.locator('.alert').evaluateAll((rows) => rows.map((row) => row.dataset.alert));
const storedIds = async () => (await api('/api/alerts?limit=200')).alerts.map((alert) => alert.alert_id);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

async function showsWhatIsStored(page) {
  await until(async () => same(await shownIds(page), await storedIds()), 'the page shows the stored alerts');
  return (await shownIds(page)).length;
}

/** How many colours the chart has: a blank canvas has one. */
const colours = (page) =>
  page.locator('.canvas canvas').evaluateAll((canvases) => {
    const seen = new Set();
    for (const canvas of canvases.filter((each) => each.width > 0 && each.height > 0)) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (const pixel of new Uint32Array(data.buffer)) seen.add(pixel);
    }
    return seen.size;
  });

async function chartOf(page, symbol) {
  await page
    .getByRole('region', { name: `Chart of ${symbol}` })
    .locator('canvas')
    .first()
    .waitFor();
  await until(async () => (await colours(page)) > 8, `the chart of ${symbol} is drawn`);
}

const picture = (page, name) => (PICTURES ? page.screenshot({ path: `${PICTURES}/${name}.png` }) : undefined);
const live = (page) => page.locator('.health .light.healthy', { hasText: 'stream' }).waitFor();

async function logIn(page) {
  await page.goto(url);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Log in' }).click();
  report.refused = await page.getByRole('alert').innerText();
  errors.length = 0; // the browser reports the 401 that was asked for
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await live(page);
}

async function alerts(page, feed) {
  report.before = await showsWhatIsStored(page); // the sample market's own
  await ingest(feed);
  await until(async () => (await page.locator('.alert.live').count()) >= 4, 'live alerts');
  report.first = await showsWhatIsStored(page);
  const row = page.locator('.alert').first();
  const id = await row.getAttribute('data-alert');
  const { alert } = await api(`/api/alerts/${id}`);
  await row.getByRole('button', { name: /^Evidence/ }).click();
  report.evidence = { shown: await row.locator('.evidence tbody tr').count(), stored: alert.evidence.length };
  await row.getByRole('button', { name: alert.symbol, exact: true }).click();
  await chartOf(page, alert.symbol);
  await row.getByRole('button', { name: /^Acknowledge/ }).click();
  await row.getByText('✓ acknowledged').waitFor();
  report.acknowledged = (await api(`/api/alerts/${id}`)).alert.acknowledged_at;
  await page.getByLabel(`Put ${alert.symbol} on the watchlist`).click();
  await page.locator('.watched', { hasText: alert.symbol }).locator('.sparkline').waitFor();
  report.watched = (await api('/api/watchlist')).symbols.map((entry) => entry.symbol);
  report.symbol = alert.symbol;
  await page.locator('.article mark').first().waitFor();
}

/** What stands in the chart: in the list below it, and under the pointer. */
async function findings(page, symbol) {
  const view = page.getByRole('region', { name: `Chart of ${symbol}` });
  const list = view.locator('.findings');
  await view.getByRole('button', { name: 'Momentum' }).click();
  await list.locator('summary').click();
  const found = list.getByRole('region', { name: 'Patterns in the chart' });
  const newest = async (families) =>
    (await api(`/api/signals/patterns/${symbol}?families=${families}&limit=200`)).patterns;
  const patterns = [...(await newest('shape')), ...(await newest('divergence,squeeze,crossing'))];
  patterns.sort((one, other) => other.last_date.localeCompare(one.last_date));
  await until(
    async () => (await found.locator('.finding').count()) === patterns.length,
    'every pattern found',
  );
  await found.getByRole('button').first().click();
  const corners = await found.locator('.corners li').count();
  report.patterns = { found: patterns.length, corners, stored: patterns[0].points.length };
  await picture(page, 'findings');
  await view.getByRole('button', { name: 'Candlesticks' }).click();
  await list.getByText(/candlesticks: the newest 200 of [\d,]+ are shown/).waitFor();
  await view.getByRole('button', { name: 'Candlesticks' }).click();
  await list.locator('summary').click();
  const pane = await view.locator('.canvas').boundingBox();
  const told = new Set();
  for (let x = pane.x + pane.width * 0.94; x > pane.x + pane.width * 0.6; x -= 5)
    for (let y = pane.y + 20; y < pane.y + pane.height * 0.6; y += 5) {
      await page.mouse.move(x, y);
      const tip = await view.locator('.tip').allInnerTexts();
      if (tip.length === 0) continue;
      const kind = tip[0].includes('impact') ? 'alert' : 'pattern';
      if (told.has(kind)) continue;
      told.add(kind);
      await picture(page, `tip_${kind}`);
      if (kind === 'alert') {
        await page.mouse.click(x, y);
        const opened = list.locator('.finding:has(.details)');
        await opened.locator('.evidence').waitFor();
        report.opened = (await api(`/api/alerts/${await opened.getAttribute('data-alert')}`)).alert.symbol;
        await list.locator('summary').click();
      }
      if (told.size === 2) return;
    }
  throw new Error(`the pointer met only ${[...told].join() || 'nothing'}`);
}

/** The news by words and direction: what the page shows and what is stored. */
async function search(page) {
  const headlines = () => page.locator('.news .headline').allInnerTexts();
  const stored = async (query) =>
    (await api(`/api/news?limit=40&${query}`)).articles.map((each) => each.title);
  const shows = async (query, what) => {
    const titles = await stored(query);
    await until(async () => same(await headlines(), titles), what);
    return titles.length;
  };
  const news = page.getByRole('region', { name: 'News' });
  await news.getByLabel('Search the news').fill('estimates or outlook');
  report.search = { words: await shows('q=estimates%20or%20outlook', 'the news with these words') };
  await news.getByRole('button', { name: 'Bearish' }).click();
  const both = 'q=estimates%20or%20outlook&sentiment=bearish';
  report.search.bearish = await shows(both, 'the bearish ones of them');
  await news.getByLabel('Search the news').fill('zeppelin');
  await news.getByText('No article fits the search.').waitFor();
  await news.getByLabel('Search the news').fill('');
  await news.getByRole('button', { name: 'Any' }).click();
  report.search.all = await shows('', 'all news again');
}

/** A screen: what the page shows and what the API finds; then the chart of one found. */
async function screener(page) {
  await page.getByRole('button', { name: 'Screener' }).click();
  const rows = page.getByRole('region', { name: 'Symbols found' }).locator('tbody tr');
  const found = async () => (await rows.locator('td:first-child').allInnerTexts()).map((each) => each.trim());
  const asked = async (criteria, sort, descending) => {
    const body = JSON.stringify({ criteria, sort, descending });
    const headers = { 'content-type': 'application/json' };
    const reply = await api('/api/signals/screen', { method: 'POST', body, headers });
    return reply.rows.map((row) => row.symbol);
  };
  const shows = async (symbols, what) => {
    await until(async () => same(await found(), symbols), what);
    return symbols.length;
  };
  const trend = { field: 'close', op: '>', value: 'sma_200' };
  const calm = { field: 'rsi_14', op: '<', value: 50 };
  report.screen = { first: await shows(await asked([trend, calm], 'return_1y', true), 'the first screen') };
  await page.getByLabel('Value 2').fill('60');
  const warmer = { ...calm, value: 60 };
  report.screen.second = await shows(await asked([trend, warmer], 'return_1y', true), 'a changed criterion');
  await page.getByRole('button', { name: 'rsi_14', exact: true }).click();
  await shows(await asked([trend, warmer], 'rsi_14', true), 'another order');
  await picture(page, 'screener');
  const [first] = await found();
  await rows.first().getByRole('button').click();
  await chartOf(page, first);
  await page.goBack();
  await until(async () => (await rows.count()) === report.screen.second, 'the screen is as it was left');
  await page.goBack();
  await page.getByRole('region', { name: 'Alerts' }).waitFor();
}

async function outage(page, feed) {
  errors = report.outage; // what a browser says of lost connections
  process.kill(Number(CHITTI_GATEWAY_PID), 'SIGKILL');
  await until(async () => {
    const health = await fetch(`${url}/health`).catch(() => null);
    return health?.ok && (await health.json()).status === 'healthy';
  }, 'the gateway is back');
  await ingest(feed);
  await until(async () => (await storedIds()).length > report.first, 'alerts of the second half');
  report.second = await showsWhatIsStored(page);
  await live(page);
  await page.locator('.health .light', { hasText: 'core-api' }).waitFor({ state: 'detached' });
  errors = report.errors;
}

async function reload(page) {
  await page.reload();
  report.reloaded = await showsWhatIsStored(page);
  await live(page);
  await chartOf(page, report.symbol);
  await page.keyboard.press('/');
  await page.keyboard.type('mahindra & mahindra');
  await page.getByRole('option', { name: /^M&M / }).waitFor();
  await page.keyboard.press('Enter');
  await chartOf(page, 'M&M');
  report.title = await page.title();
  await page.goBack();
  await chartOf(page, report.symbol);
  await picture(page, 'dashboard');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Password').waitFor();
  await page.reload();
  await page.getByLabel('Password').waitFor();
}

const root = process.getuid?.() === 0;
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: root ? [...QUIET, '--no-sandbox'] : QUIET,
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 860 }, colorScheme: 'dark' });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  const [one, other] = halves(await readFile(CHITTI_FEED, 'utf8'));
  await logIn(page);
  await alerts(page, one);
  await findings(page, report.symbol);
  await search(page);
  await screener(page);
  await outage(page, other);
  await reload(page);
} finally {
  await browser.close();
}
console.log(JSON.stringify(report));
