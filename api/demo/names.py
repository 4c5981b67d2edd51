"""Names for the demo school. The surnames and streets are made up, so that no real family is meant."""

WOMEN = (
    "Abiola", "Adela", "Anaïs", "Aoife", "Bethan", "Cora", "Daria", "Eira", "Esme", "Farah", "Greta", "Hana",
    "Imogen", "Ines", "Josie", "Kezia", "Lena", "Lowri", "Mabel", "Mira", "Nadia", "Niamh", "Noor", "Orla",
    "Petra", "Rosa", "Saoirse", "Selma", "Siân", "Tessa", "Una", "Wren", "Zoë",
)  # fmt: skip
MEN = (
    "Aidan", "Arlo", "Callum", "Chidi", "Dafydd", "Elias", "Emeka", "Felix", "Fraser", "Gethin", "Idris", "Jonah",
    "Kofi", "Luca", "Mateo", "Oran", "Rafael", "Rhys", "Rufus", "Soren", "Stellan", "Tariq", "Tomasz", "Viggo",
    "Yusuf",
)  # fmt: skip
FORENAMES = WOMEN + MEN
SURNAMES = (
    "Alderfen", "Barnmouth", "Brackwater", "Cattlegrove", "Copsewell", "Dunmarrow", "Eastmeresh", "Fenhallow",
    "Furzelow", "Gorsewick", "Hagthornby", "Heronsfleet", "Inglemarsh", "Juniperley", "Kestrelham", "Larkenfold",
    "Marlpitt-Quay", "Mossendale", "Netherreed", "O'Sedgeley", "Otterbrigg", "Plovermere", "Quillmarsh",
    "Reedhollow", "Saltersby", "Sandlingham-Roe", "Tansyfield", "Thornreed", "Ushermoor", "Vetchford", "Wherrygate",
    "Yarrowdyke",
)  # fmt: skip
STREETS = (
    "Wherry Loke", "Teasel Way", "Old Staithe Lane", "Bittern Close", "Sluice Road", "Marram Rise", "Windpump Drove",
    "Samphire Street",
)  # fmt: skip
TOWN = "Withymere"
POSTCODE_AREA = "ZZ9"  # no real postcode begins so
ELSEWHERE = "Hollowstrand"
ELSEWHERE_AREA = "ZZ24"
