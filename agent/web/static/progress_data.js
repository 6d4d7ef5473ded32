/* What /api/progress answers, as the lines to be drawn. */

const RECENT = 3;

/** `viva-progress/1` as it is; scored sessions alone are turned into the same form. */
export function lines(told) {
  const titled = told.format ? told : fromSessions(told.sessions);
  return {
    ...titled,
    criteria: titled.criteria.map((line) => ({
      ...line,
      change: line.change ?? difference(line.now, line.before),
    })),
    sessions: titled.sessions.map((each) => ({
      ...each,
      titles: each.titles ?? each.questions.join(", "),
    })),
  };
}

function difference(now, before) {
  if (now === null || before === null || now === undefined || before === undefined) return 0;
  return Math.round((now - before) * 10) / 10;
}

function fromSessions(sessions) {
  const keys = new Set(sessions.flatMap((each) => each.questions.flatMap((question) => Object.keys(question.criteria))));
  return {
    sessions: sessions.map((each) => ({
      id: each.name,
      folder: each.name,
      at: each.created,
      level: each.level,
      verdict: each.verdict,
      titles: each.questions.map((question) => question.title).join(", "),
    })),
    criteria: [...keys].map((key) => line(key, sessions)),
  };
}

function line(key, sessions) {
  const scores = sessions
    .map(({ name, created, questions }) => ({
      session: name,
      at: created,
      minimum: null,
      comparable: true,
      score: mean(questions.map((question) => question.criteria[key])),
    }))
    .filter((each) => each.score !== null);
  const values = scores.map((each) => each.score);
  return {
    key,
    name: key[0].toUpperCase() + key.slice(1).replaceAll("_", " "),
    minimum: null,
    scores,
    now: mean(values.slice(-RECENT)),
    before: values.length > RECENT ? mean(values.slice(-2 * RECENT, -RECENT)) : (values.length > 1 ? values[0] : null),
  };
}

/** The mean of those that are there, to tenths; null of none. */
function mean(values) {
  const known = values.filter((each) => each !== null && each !== undefined);
  if (!known.length) return null;
  return Math.round((10 * known.reduce((sum, each) => sum + each, 0)) / known.length) / 10;
}
