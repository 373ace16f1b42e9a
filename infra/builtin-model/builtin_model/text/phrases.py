"""English and Chinese phrases for everything in a caption except the objects.

Each table maps a value of a category in `layers.CATEGORIES` to phrases for it. The tables
are this project's own work. They are training data: a change of a phrase changes the
model's training set and vocabulary.
"""

from __future__ import annotations

OPENERS = (
    "a picture of", "an image of", "a drawing of", "an illustration of", "a photo of", "draw",
    "an emoji of", "a painting of", "i want", "create", "generate an image of", "please draw",
    "a portrait of", "a cartoon of", "show", "make me", "an icon of", "there is", "imagine",
)  # fmt: skip
FILLERS = (
    "highly detailed", "4k", "masterpiece", "best quality", "beautiful", "cartoon style",
    "emoji style", "trending", "soft light", "vivid colors", "digital art", "high resolution",
    "very nice", "cute", "simple", "professional", "award winning", "sharp", "studio lighting",
    "vector art", "clean", "detailed illustration", "artistic", "elegant", "lovely",
    "concept art",
)  # fmt: skip
ADJECTIVES = (
    "cute", "happy", "beautiful", "nice", "lovely", "pretty", "funny", "adorable", "good",
    "cool", "friendly", "perfect", "old", "new", "shiny", "fresh", "magic", "amazing", "fancy",
    "delicious", "wild", "classic", "modern", "simple", "famous",
)  # fmt: skip
SMALL = ("small", "tiny", "little", "miniature")
LARGE = ("big", "huge", "large", "giant", "enormous", "close up of a")
COLORS = {
    "red": ("red", "red", "red", "crimson", "scarlet", "bright red", "dark red"),
    "orange": ("orange", "orange", "bright orange", "orange colored"),
    "yellow": ("yellow", "yellow", "golden", "gold", "bright yellow", "lemon yellow"),
    "green": ("green", "green", "green", "lime green", "emerald", "dark green", "light green"),
    "teal": ("teal", "turquoise", "cyan", "aqua"),
    "blue": ("blue", "blue", "blue", "navy blue", "azure", "light blue", "dark blue", "royal blue"),
    "purple": ("purple", "purple", "violet", "lavender", "indigo", "magenta"),
    "pink": ("pink", "pink", "rosy", "hot pink", "light pink"),
    "brown": ("brown", "brown", "chocolate brown", "tan"),
    "black": ("black", "black", "jet black", "dark"),
    "white": ("white", "white", "snow white", "pale"),
    "gray": ("grey", "gray", "silver", "silvery"),
}
SOLID = (
    "on a {} background", "with a {} background", "{} background", "on {} background",
    "against a {} background", "in front of a {} wall", "on a plain {} background",
    "on a solid {} background", "isolated on {}", "against {}",
)  # fmt: skip
PLACES = {
    "beach": ("on the beach", "at the beach", "on a sandy beach", "by the sea", "at the seaside",
              "on a tropical island", "on the sand by the ocean", "on the shore", "beach scene"),
    "ocean": ("on the ocean", "on the sea", "in the sea", "on the water", "over the ocean",
              "floating on water", "on a lake", "in the ocean waves", "at sea"),
    "underwater": ("underwater", "under the sea", "under water", "at the bottom of the sea",
                   "in the deep sea", "below the ocean", "diving in the deep ocean",
        "on the sea floor"),
    "space": ("in space", "in outer space", "among the stars in space", "in the galaxy",
              "in the universe", "floating in space", "in the cosmos", "space background"),
    "meadow": ("in a meadow", "on the grass", "in a field", "in a green field", "in the park",
               "on a lawn", "on a green hill", "in the garden", "in a grassy field", "in spring"),
    "forest": ("in a forest", "in the forest", "in the woods", "among the trees",
               "in the jungle", "in a deep forest", "between trees", "forest background"),
    "mountains": ("in the mountains", "on a mountain", "in front of mountains", "near a mountain",
                  "with mountains behind", "on a hill with mountains", "in the alps"),
    "desert": ("in the desert", "in a desert", "on a sand dune", "among the dunes",
        "on the dunes",
               "over the desert", "in the hot desert", "desert landscape"),
    "snow": ("in the snow", "on the snow", "in winter", "on a snowy field",
        "in a snowy landscape",
             "in the cold winter snow", "on ice", "at the north pole"),
    "city": ("in the city", "in a city", "in the street", "on a street", "downtown", "in town",
             "in front of skyscrapers", "on the road in a city", "in new york", "urban scene"),
    "sky": ("in the sky", "above the clouds", "flying in the sky", "in the clouds", "in the air",
            "sky background", "with clouds", "under a blue sky", "on a cloud"),
    "room": ("in a room", "in the living room", "on a table", "on the floor", "indoors",
             "at home", "on a wooden table", "in the house", "in a kitchen"),
}  # fmt: skip
LIGHTS = {
    "day": ("on a sunny day", "in the daytime", "in daylight", "in the morning",
        "on a bright day"),
    "sunset": ("at sunset", "at dusk", "in the evening", "at sunrise", "during sunset",
               "at golden hour", "with a sunset", "sunset background", "at dawn"),
    "night": ("at night", "in the night", "under the stars", "under the moon", "in the moonlight",
              "under a starry sky", "at midnight", "in the dark", "night scene"),
}  # fmt: skip
WEATHERS = {
    "rain": ("in the rain", "on a rainy day", "in rainy weather", "in a storm", "while it rains"),
    "snowfall": ("in falling snow", "while it snows", "in a snowstorm", "with snowflakes"),
    "confetti": ("with confetti", "at a party", "celebrating", "at a birthday party", "party time"),
    "hearts": ("with hearts", "in love", "surrounded by hearts", "with love", "valentine"),
}
FINISHES = {
    "pixel art": ("pixel art", "pixel art style", "8-bit", "pixelated", "8 bit style",
                  "in pixel style", "retro game sprite", "as pixels"),
    "monochrome": ("black and white", "monochrome", "grayscale", "in black and white",
                   "greyscale", "without color", "noir"),
    "sepia": ("sepia", "vintage", "old photo", "vintage photo", "retro photo", "antique style",
              "in sepia tones", "nostalgic"),
    "silhouette": ("silhouette", "as a silhouette", "shadow", "black silhouette",
        "in silhouette"),
    "sticker": ("sticker", "as a sticker", "sticker style", "with a white outline", "decal"),
}  # fmt: skip
FINISH_OPENERS = {
    "pixel art": ("pixel art of", "a pixelated", "8-bit pixel art of", "pixel",
        "a pixel art picture of"),
    "monochrome": ("a black and white picture of", "a monochrome photo of", "grayscale",
                   "a black and white drawing of", "monochrome"),
    "sepia": ("a vintage photo of", "an old photo of", "vintage", "a sepia picture of",
              "an old vintage picture of", "sepia"),
    "silhouette": ("the silhouette of", "a silhouette of", "the shadow of",
        "a black silhouette of"),
    "sticker": ("a sticker of", "sticker of", "a die cut sticker of"),
}  # fmt: skip
FAMILIES = {
    "flat": ("flat style", "flat design", "in flat style", "minimal flat", "flat vector", "2d"),
    "3d": ("3d", "3d render", "in 3d", "3d style", "three dimensional", "rendered in blender"),
}
BESIDE = ("and", "and", "and", "and", "next to", "beside", "with", "near", "together with", "by")
ABOVE = ("on top of", "above", "on", "riding", "over", "sitting on")
BELOW = ("under", "below", "beneath", "underneath")
COUNTS = {"2": ("two", "a pair of", "2", "a couple of"), "3": ("three", "3", "many", "a group of")}

ZH_OPENERS = (
    "画",
    "一张图片",
    "请画",
    "画一幅",
    "生成",
    "我想要",
    "一幅画",
    "照片",
    "插画",
    "表情",
)
ZH_MEASURES = (
    "一只",
    "一个",
    "一辆",
    "一把",
    "一朵",
    "一座",
    "一条",
    "一张",
    "一棵",
    "一匹",
    "一头",
    "一架",
    "一艘",
)
ZH_ADJECTIVES = ("可爱的", "漂亮的", "美丽的", "快乐的", "好看的", "开心的", "有趣的", "神奇的")
ZH_FILLERS = ("高清", "精美", "卡通", "细节丰富", "杰作", "最佳质量", "插图", "可爱", "简约")
ZH_SMALL = ("小小的", "很小的", "小型")
ZH_LARGE = ("巨大的", "大大的", "很大的")
ZH_COLORS = {
    "red": ("红色", "红", "大红", "鲜红"), "orange": ("橙色", "橘色", "橙"),
    "yellow": ("黄色", "黄", "金色"), "green": ("绿色", "绿", "翠绿"), "teal": ("青色", "蓝绿色"),
    "blue": ("蓝色", "蓝", "深蓝", "天蓝"), "purple": ("紫色", "紫"),
    "pink": ("粉色", "粉红色", "粉红"), "brown": ("棕色", "褐色", "咖啡色"),
    "black": ("黑色", "黑"), "white": ("白色", "白"), "gray": ("灰色", "银色", "灰"),
}  # fmt: skip
ZH_SOLID = ("{}背景", "{}的背景", "{}色背景", "在{}背景上", "背景是{}")
ZH_PLACES = {
    "beach": ("沙滩上", "海滩上", "海边", "沙滩", "海滩"), "ocean": ("海上", "大海上", "水面上",
        "湖上", "海面上"),
    "underwater": ("水下", "海底", "深海里", "水里"), "space": ("太空中", "太空里", "宇宙中",
        "外太空", "太空"),
    "meadow": ("草地上", "草原上", "田野里", "公园里", "花园里", "草坪上"),
    "forest": ("森林里", "树林里", "森林中", "丛林里", "森林"), "mountains": ("山上", "山里",
        "群山前", "山顶"),
    "desert": ("沙漠里", "沙漠中", "沙丘上", "沙漠"), "snow": ("雪地里", "雪地上", "雪中",
        "冬天", "冰雪中"),
    "city": ("城市里", "街上", "城市中", "马路上", "城里"), "sky": ("天空中", "天上", "云上",
        "蓝天下", "空中"),
    "room": ("房间里", "桌子上", "家里", "室内", "厨房里"),
}  # fmt: skip
ZH_LIGHTS = {
    "day": ("白天", "早上", "晴天"),
    "sunset": ("日落时", "黄昏", "傍晚", "夕阳下", "日出时"),
    "night": ("夜晚", "晚上", "夜里", "星空下", "月光下", "夜空下"),
}
ZH_WEATHERS = {
    "rain": ("雨中", "下雨", "雨天"),
    "snowfall": ("下雪", "大雪中", "飘雪"),
    "confetti": ("派对上", "庆祝", "生日派对"),
    "hearts": ("爱心", "恋爱", "充满爱"),
}
ZH_FINISHES = {
    "pixel art": ("像素画", "像素风", "像素艺术"),
    "monochrome": ("黑白", "黑白照片", "单色"),
    "sepia": ("复古", "老照片", "怀旧"),
    "silhouette": ("剪影", "影子"),
    "sticker": ("贴纸", "贴纸风格"),
}
ZH_FAMILIES = {"flat": ("扁平风格", "平面", "扁平"), "3d": ("立体", "3d", "三维")}
ZH_BESIDE = ("和", "和", "与", "跟", "旁边有")

ZH_ENGLISH = {
    "的": "of", "在": "at", "和": "and", "与": "and", "跟": "with", "有": "with", "上": "on",
    "里": "in",
    "中": "in", "下": "under", "旁边": "beside", "背景": "background", "是": "is", "色": "color",
    "两只": "two", "三只": "three", "两个": "two", "三个": "three", "两": "two", "三": "three",
    "一": "a",
    "图片": "picture", "照片": "photo", "请画": "please draw", "画": "draw", "请": "please",
    "幅": "a",
    "可爱": "cute", "小": "small", "大": "big", "人": "person", "水": "water", "花": "flower",
    "树": "tree",
    "猫": "cat", "狗": "dog", "鸟": "bird", "鱼": "fish", "车": "car", "船": "boat",
    "山": "mountain",
    "马": "horse", "牛": "cow", "羊": "sheep", "猪": "pig", "鸡": "chicken", "兔": "rabbit",
    "兔子": "rabbit",
    "汽车": "car", "小汽车": "car", "房子": "house", "苹果": "apple", "小狗": "puppy",
    "小猫": "kitten",
    "披萨": "pizza", "比萨": "pizza", "汉堡": "hamburger", "雨伞": "umbrella", "伞": "umbrella",
    "仙人掌": "cactus", "机器人": "robot", "城堡": "castle", "蘑菇": "mushroom", "玫瑰": "rose",
    "吉他": "guitar", "章鱼": "octopus", "大象": "elephant", "企鹅": "penguin", "熊猫": "panda",
    "乌龟": "turtle", "狐狸": "fox", "向日葵": "sunflower", "草莓": "strawberry",
    "香蕉": "banana",
    "飞机": "airplane", "火箭": "rocket", "自行车": "bicycle", "公交车": "bus", "火车": "train",
    "太阳": "sun", "月亮": "moon", "星星": "star", "雪人": "snowman", "彩虹": "rainbow",
    "龙": "dragon",
    "老虎": "tiger", "狮子": "lion", "猴子": "monkey", "熊": "bear", "鲸鱼": "whale",
    "蝴蝶": "butterfly",
    "青蛙": "frog", "蛋糕": "cake", "生日蛋糕": "birthday cake", "冰淇淋": "ice cream",
    "咖啡": "coffee",
    "足球": "soccer ball", "篮球": "basketball", "电脑": "computer", "手机": "mobile phone",
    "书": "book",
}  # fmt: skip
