/* A verdict in words, as the report says it. */

const WORDS = {
  meets: (level) => `Meets the ${level} bar`,
  near: (level) => `One step from the ${level} bar`,
  below: (level) => `Below the ${level} bar`,
  undetermined: () => "No verdict yet",
};

export function verdictWords(verdict, level) {
  return WORDS[verdict]?.(level) ?? "Not scored";
}
