; Texts of our own in the setup's three languages; makensis fails on one that is missing.
!macro Text Name English Chinese Vietnamese
  LangString ${Name} ${LANG_ENGLISH} "${English}"
  LangString ${Name} ${LANG_SIMPCHINESE} "${Chinese}"
  LangString ${Name} ${LANG_VIETNAMESE} "${Vietnamese}"
!macroend
!define Text "!insertmacro Text"

${Text} TEXT_PROGRAM "TikMatrix Desktop" "TikMatrix Desktop" "TikMatrix Desktop"
${Text} TEXT_PROGRAM_ABOUT "The program, with everything it needs." "程序及其所需的一切。" "Chương trình và mọi thứ nó cần."
${Text} TEXT_DESKTOP "Shortcut on the desktop" "桌面快捷方式" "Lối tắt trên màn hình"
${Text} TEXT_DESKTOP_ABOUT "A shortcut on your desktop." "在桌面上创建快捷方式。" "Tạo lối tắt trên màn hình của bạn."
${Text} TEXT_STARTUP "Start when I sign in" "登录时启动" "Khởi động khi tôi đăng nhập"
${Text} TEXT_STARTUP_ABOUT "The window opens when you sign in to Windows." "登录 Windows 时打开窗口。" "Cửa sổ mở khi bạn đăng nhập Windows."
${Text} TEXT_PRESET "TikMatrix preset" "TikMatrix 预设" "Mẫu thiết lập TikMatrix"
${Text} TEXT_CLOSING "Closing the running program" "正在关闭运行中的程序" "Đang đóng chương trình đang chạy"
${Text} TEXT_PREPARING "Preparing the first start" "正在准备首次启动" "Đang chuẩn bị cho lần khởi động đầu tiên"
${Text} TEXT_STILL_RUNNING "TikMatrix is still running. Close its windows and try again." "TikMatrix 仍在运行。请关闭其窗口后重试。" "TikMatrix vẫn đang chạy. Hãy đóng các cửa sổ của nó rồi thử lại."
${Text} TEXT_NEWER "Version $OldVersion is installed, and this is the older version ${VERSION}. Its data cannot be read by an older version. To go back, uninstall the newer version first." "已安装版本 $OldVersion，而此安装程序是较旧的版本 ${VERSION}。旧版本无法读取新版本的数据。若要退回，请先卸载新版本。" "Phiên bản $OldVersion đã được cài đặt, còn đây là phiên bản cũ hơn ${VERSION}. Phiên bản cũ không đọc được dữ liệu của phiên bản mới. Muốn quay lại, hãy gỡ phiên bản mới trước."
${Text} TEXT_WINDOWS "TikMatrix needs the 64-bit edition of Windows 10 or later." "TikMatrix 需要 64 位 Windows 10 或更高版本。" "TikMatrix cần Windows 10 64-bit trở lên."
${Text} TEXT_FILES "Some files could not be replaced. Restart Windows and run this again." "部分文件无法替换。请重新启动 Windows 后再运行一次。" "Không thể thay thế một số tệp. Hãy khởi động lại Windows rồi chạy lại."
${Text} TEXT_FOLDER "$INSTDIR holds other things. Choose another folder." "$INSTDIR 中已有其他内容。请选择另一个文件夹。" "$INSTDIR đang chứa những thứ khác. Hãy chọn thư mục khác."
${Text} TEXT_REMOVE_DATA "Remove your tasks, accounts, settings and logs as well? They lie in ${DATA_DIR} and cannot be brought back." "是否同时删除您的任务、账号、设置和日志？它们位于 ${DATA_DIR}，删除后无法恢复。" "Xóa luôn các tác vụ, tài khoản, thiết lập và nhật ký của bạn? Chúng nằm trong ${DATA_DIR} và không thể khôi phục."
