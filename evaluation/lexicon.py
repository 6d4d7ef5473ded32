"""Word classes the detectors lean on. General English and the field's words, no test phrases."""

from __future__ import annotations

import re


def words(text: str) -> frozenset[str]:
    """A set from a block of words."""
    return frozenset(text.split())


DETERMINERS = words("the a an my our your their his its this these those every each")
PREPOSITIONS = words(
    "of in on at by for with from to into onto about over under between through against per than"
)
PRONOUNS = words("i you he she it we they me him her us them who what which that")
AUXILIARIES = words(
    "is are was were be been am do does did have has had will would can could should may might must"
)
CONJUNCTIONS = words("and or but so because if when while as then not")
FUNCTION_WORDS = (
    DETERMINERS
    | PREPOSITIONS
    | PRONOUNS
    | AUXILIARIES
    | CONJUNCTIONS
    | words(
        "how where why there here no yes okay ok well also just only very more most some any all"
    )
)
VAGUE = words(
    "it this that one ones other others thing things both neither either stuff there they them "
    "which somehow something somewhere"
)
NUMBER_WORDS = words(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred thousand million billion half third quarter percent "
    "twice double triple"
)
STOP_WORDS = FUNCTION_WORDS | words(
    "i'm going get got go let lets want need think know mean say said see look make made take use "
    "used using thing things way good really quite actually maybe probably right now first second "
    "one up down out off back much many lot bit like kind still even too around another same every "
    "something anything please thanks thank sure yeah were been being us"
)

NUMBER = re.compile(
    r"\d|\b(?:" + "|".join(sorted(NUMBER_WORDS - {"half", "third", "quarter"})) + r")\b"
)
FIELD_TERMS = re.compile(
    r"\b(?:model|models|data|feature|features|train|training|trained|retrain\w*|label\w*|predict\w*"
    r"|precision|recall|accuracy|f1|auc|roc|threshold\w*|metric\w*|classif\w*|regress\w*|neural"
    r"|network|networks|trees?|forest|boost\w*|xgboost|lightgbm|embedding\w*|latency|pipeline\w*"
    r"|kafka|flink|spark|redis|airflow|docker|kubernetes|containers?|gpus?|api|endpoint|batch"
    r"|streaming|drift\w*|monitor\w*|deploy\w*|canary|shadow|rollback|rollout|a/b|experiment\w*"
    r"|baseline|overfit\w*|underfit\w*|variance|bias|regulari[sz]\w*|class(?:es)?|imbalance\w*"
    r"|resampl\w*|oversampl\w*|undersampl\w*|smote|weights?|loss|score[sd]?|scoring|rank\w*"
    r"|recommend\w*|fraud\w*|anomal\w*|cluster\w*|dashboard\w*|alert\w*|queue|schema|table"
    r"|warehouse|version\w*|distribution\w*|sample[sd]?|calibrat\w*|forecast\w*|server\w*|cache"
    r"|database|queries|logs?|algorithm\w*|hyperparameter\w*|validation|offline|online|inference"
    r"|serving|requests?|traffic|throughput|milliseconds?|gigabytes?|terabytes?|cpus?|p9[059])\b"
)
SOLUTION_TERMS = re.compile(
    r"\b(?:xgboost|lightgbm|catboost|boosted|boosting|forest|regression|neural|network|transformer"
    r"|bert|gru|lstm|embeddings?|two-tower|matrix factori[sz]ation|collaborative|kafka|flink|spark"
    r"|redis|airflow|kubernetes|docker|onnx|triton|smote|oversampl\w+|undersampl\w+|class weights?"
    r"|resampl\w+|regulari[sz]ation|canary|feature store|autoencoder|clustering|bandit|psi"
    r"|kolmogorov|dashboards?)\b"
)
PROPOSAL = re.compile(
    r"\b(?<!before )(?<!until )(?:i|we) (?:would |will |am going to |can |could )?"
    r"(?:just |then |first )?"
    r"(?:use|build|train|put|split|start with|set up|deploy|take|run|make|keep|do|design|serve"
    r"|store|log|retrain|go with|add|draw|publish|write|ship|pick)\b"
    r"|\b(?:my|the) (?:plan|design|answer|proposal|pipeline|approach|system) (?:is|has|have)\b"
    r"|\bplan[:,]|\b(?:first|one|step one|part one)[,:] (?!question)"
)
_VERY = r"(?:(?:really|very|truly|extremely|quite|highly|pretty|so) )*"
_MASTER = (
    r"(?:great|excellent|strong|expert|experienced|brilliant|very good|outstanding|exceptional"
    r"|senior|seasoned|world-class|top|skilled|talented|gifted|knowledgeable|confident)"
)
SELF_PRAISE = re.compile(
    rf"\bi(?: am| have always been| have)? {_VERY}(?:an? )?{_VERY}{_MASTER} ?"
    r"(?:engineer|communicator|candidate|designer|scientist|at\b|in\b)?"
    rf"|\bi (?:have|bring) {_VERY}(?:an? |some )?{_VERY}(?:deep|strong|great|extensive|solid|vast"
    r"|long|lots? of|much|years? of|\w+ years? of)(?: \w+)? ?(?:experience|expertise|knowledge"
    r"|skills|background|understanding)\b"
    r"|\b(?:this|that|my|mine) (?:is|was|answer is|answer was|design is)? ?(?:a |an |the )?"
    r"(?:(?:really|very|clearly|truly|quite|great|good|excellent|perfect|brilliant|outstanding"
    r"|senior-level|strong|clear|comprehensive|impressive|textbook|best possible|complete|and),? )+"
    r"(?:answer|explanation|response|summary|performance)\b"
    r"|\b(?:as you can see|clearly|obviously)\b.{0,30}\bi (?:am|have|know|understand|think)\b"
    r".{0,40}\b(?:deep\w*|strong\w*|senior|expert\w*|excellent|master\w*)"
    r"|\b(?:people|colleagues|everyone|my manager)\b.{0,20}\b(?:say|says|tells?|told|praise\w*)\b"
    r".{0,25}\bi (?:am|was)\b"
    r"|\bi (?:covered|considered|thought of|addressed) (?:absolutely )?(?:everything|all of it"
    r"|all aspects)"
)
MODESTY = re.compile(
    r"^(?:i am not (?:an expert|sure (?:this|that|if this) is (?:right|good))|i may be wrong|"
    r"sorry (?:if|for).{0,40}|i am (?:just|only) (?:a )?(?:learning|beginner).{0,20}|"
    r"this is probably not (?:a )?(?:great|good).{0,20})[.,]?$"
)
EMPTY_WORDS = words(
    "interesting topic important importance carefully matter matters great deal practice aspect "
    "aspects "
    "relevant course case cases people point points basically essentially obviously definitely "
    "generally always often usually different various several consider considered considering talk "
    "discuss discussed keep mind general overall important crucial key essential best better good "
    "nice fine huge big whole area areas topic topics question questions world today everybody "
    "everyone always sense true hard easy difficult complex simple depends life fact honest "
    "honestly "
    "careful believe feel sort stuff come comes goes well many something nothing everything own "
    "such enough"
)
"""Words that carry no statement about a problem; a sentence of nothing else is padding."""
CHOOSING_WORDS = words(
    "choose chooses chose chosen choosing choice choices pick picks select selection decide "
    "decides deciding decision decisions option options alternative alternatives compare compares "
    "compared comparing comparison weigh weighs weighing balance trade-off tradeoff trade-offs "
    "trade pros cons plus pluses minus minuses advantage advantages disadvantage disadvantages "
    "benefit benefits drawback drawbacks downside upside strength strengths weakness weaknesses "
    "positive negative side sides bad worse worst right wrong correct optimal suitable "
    "appropriate fit fits fitting requirement requirements scenario scenarios situation "
    "situations condition conditions factor factors criterion criteria context circumstances wise "
    "wisely proper properly thorough thoroughly perform performs performing performance quality "
    "result results outcome outcomes business goal goals objective objectives metric metrics "
    "measure measures evaluate evaluates evaluating evaluation assess analysis analyse approach "
    "approaches solution solutions method methods technique techniques model models system "
    "systems project problem problems task accurate accuracy simpler simple complex complexity "
    "expensive cost costs cheap later change changes win wins end able ability go work works list "
    "prefer preferred competing "
)
"""Words for choosing in general: a comparison of nothing else names no options."""
OTHER_LANGUAGES = words(
    "der das und ist nicht ich wir ein eine mit auf für zu den dem les est pas une nous "
    "dans que qui sur avec je vous el los las es una para con por del più che il "
    "della sono gli een het niet voor nie jest się na że uma não com são em"
)
"""Function words of German, French, Spanish, Italian, Dutch, Polish and Portuguese that are no
English words (or hardly ever): a run of them is another language, not gibberish."""
